#include "ops/support/shapes.h"

#include "base/text.h"

namespace mote {

Result<DType> shared_dtype(const InferArgs& args, std::initializer_list<std::size_t> inputs) {
  DType shared = DType::kUndefined;
  for (const std::size_t i : inputs) {
    const DType dtype = args.has(i) ? args.type(i).dtype : DType::kUndefined;
    if (dtype == DType::kUndefined) continue;
    if (shared != DType::kUndefined && dtype != shared) {
      return Error{Code::kInvalidArgument,
                   cat("input ", i, " is ", name(dtype), ", another ", name(shared))};
    }
    shared = dtype;
  }
  return shared;
}

Status expect_rank(const InferArgs& args, std::size_t i, int rank, std::string_view what) {
  if (!args.has(i) || !args.type(i).shape || args.type(i).rank() == rank) return {};
  return Error{Code::kInvalidArgument,
               cat(what, " has rank ", args.type(i).rank(), ", not ", rank)};
}

Status expect_size(const InferArgs& args, std::size_t i, int d, const Dim& size,
                   std::string_view what) {
  const Dim own = size_of(args, i, d);
  if (!own.known() || !size.known() || own.size() == size.size()) return {};
  return Error{Code::kInvalidArgument,
               cat(what, " has size ", own.size(), " in dimension ", d, ", not ", size.size())};
}

Status expect_vector(const InferArgs& args, std::size_t i, const Dim& size, std::string_view what) {
  MOTE_TRY(expect_rank(args, i, 1, what));
  return expect_size(args, i, 0, size, what);
}

Dim size_of(const InferArgs& args, std::size_t i, int d) {
  if (!args.has(i) || d >= args.type(i).rank()) return {};
  return (*args.type(i).shape)[static_cast<std::size_t>(d)];
}

}  // namespace mote
