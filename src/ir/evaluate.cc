#include "ir/evaluate.h"

#include "base/result.h"
#include "base/text.h"

namespace mote {

Status LimitedAllocator::expect_text(std::uint64_t bytes) {
  if (bytes > *left_) {
    return Error{Code::kResourceExhausted, cat(human_bytes(bytes),
                                               " more are over the budget, of "
                                               "which ",
                                               human_bytes(*left_), " are left")};
  }
  *left_ -= bytes;
  return {};
}

Result<std::shared_ptr<const void>> LimitedAllocator::charge(std::uint64_t bytes) {
  MOTE_TRY(expect_text(bytes));
  return std::shared_ptr<const void>(left_.get(),
                                     [left = left_, bytes](const void*) { *left += bytes; });
}

Result<Tensor> LimitedAllocator::allocate(DType dtype, const Dims& dims) {
  MOTE_ASSIGN(const std::uint64_t bytes, byte_size(dtype, dims));
  MOTE_TRY(expect_text(bytes));
  return Tensor::zeros(dtype, dims);
}

Result<std::vector<Tensor>> evaluate(const OpDef& op, const OpParams* params,
                                     std::span<const InputInfo> in, std::span<const InputInfo> out,
                                     std::uint64_t max_bytes) {
  if (op.reference == nullptr) return Error{Code::kUnsupported, "no reference to evaluate"};
  std::vector<TensorView> in_views;
  for (const InputInfo& info : in)
    in_views.push_back(info.present ? info.constant.view() : TensorView());
  std::vector<Tensor> results;
  std::vector<MutTensorView> out_views;
  std::uint64_t total = 0;
  for (const InputInfo& info : out) {
    const auto dims = info.type.tensor.dims();
    if (info.type.kind != Type::Kind::kTensor || !dims) {
      return Error{Code::kUnsupported, cat("output of type ", to_string(info.type))};
    }
    MOTE_ASSIGN(const std::uint64_t bytes, byte_size(info.type.tensor.dtype, *dims));
    total += bytes;
    if (bytes > max_bytes || total > max_bytes) {
      return Error{Code::kResourceExhausted,
                   cat("an output of ", human_bytes(bytes), " is over the budget of ",
                       human_bytes(max_bytes))};
    }
    MOTE_ASSIGN(Tensor t, Tensor::zeros(info.type.tensor.dtype, *dims));
    out_views.push_back(t.mut());
    results.push_back(std::move(t));
  }
  Workers one(1);
  const StopToken never;
  MOTE_TRY(op.reference(params, {in_views, out_views, nullptr, one, never}));
  return results;
}

}  // namespace mote
