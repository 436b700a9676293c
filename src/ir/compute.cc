#include "ir/compute.h"

#include "base/result.h"
#include "base/text.h"

namespace mote {
namespace {

std::string_view kind_name(const Datum& d) {
  switch (d.kind()) {
    case Datum::Kind::kNone:
      return "nothing";
    case Datum::Kind::kTensor:
      return "a tensor";
    case Datum::Kind::kSequence:
      return "a sequence";
    case Datum::Kind::kMap:
      return "a map";
  }
  return "nothing";
}

}  // namespace

Result<TensorView> ComputeArgs::tensor(std::size_t i) const {
  if (has(i) && in[i].is_tensor()) return in[i].tensor().view();
  return Error{
      Code::kInvalidArgument,
      cat("input ", i, " is ", kind_name(i < in.size() ? in[i] : Datum()), ", not a tensor")};
}

Status ComputeArgs::expect_sequence(std::size_t i) const {
  if (has(i) && in[i].is_sequence()) return {};
  return Error{
      Code::kInvalidArgument,
      cat("input ", i, " is ", kind_name(i < in.size() ? in[i] : Datum()), ", not a sequence")};
}

Result<Datum> ComputeArgs::sequence(std::vector<Datum> elements) const {
  MOTE_ASSIGN(auto charge, allocator.charge(elements.capacity() * sizeof(Datum)));
  return Datum::sequence(std::move(elements), std::move(charge));
}

}  // namespace mote
