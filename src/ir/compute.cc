#include "ir/compute.h"

#include "base/result.h"
#include "base/text.h"

namespace mote {
Result<TensorView> ComputeArgs::tensor(std::size_t i) const {
  if (has(i) && in[i].is_tensor()) return in[i].tensor().view();
  return Error{Code::kInvalidArgument,
               cat("input ", i, " is ", name(i < in.size() ? in[i].kind() : Datum::Kind::kNone),
                   ", not a tensor")};
}

Status ComputeArgs::expect_sequence(std::size_t i) const {
  if (has(i) && in[i].is_sequence()) return {};
  return Error{Code::kInvalidArgument,
               cat("input ", i, " is ", name(i < in.size() ? in[i].kind() : Datum::Kind::kNone),
                   ", not a sequence")};
}

Result<Datum> ComputeArgs::sequence(std::vector<Datum> elements) const {
  MOTE_ASSIGN(auto charge, allocator.charge(elements.capacity() * sizeof(Datum)));
  return Datum::sequence(std::move(elements), std::move(charge));
}

}  // namespace mote
