#include "ops/ml/text_outputs.h"

#include "base/result.h"
#include "base/text.h"

namespace mote::ml {
namespace {

Result<std::vector<InputInfo>> infer_outputs_of(const CountedReference& op, const OpParams* params,
                                                const ComputeArgs& args) {
  std::vector<InputInfo> in, out(args.out.size());
  for (std::size_t i = 0; i < args.in.size(); ++i) {
    MOTE_ASSIGN(const TensorView view, args.tensor(i));
    in.push_back({TensorType(view.dtype, view.dims), {}, true});
  }
  MOTE_TRY(op.infer({.op_params = params,
                     .in = in,
                     .captured = {},
                     .output_count = out.size(),
                     .subgraphs = nullptr,
                     .out = out}));
  return out;
}

Status expect_texts(std::uint64_t longest, std::int64_t count, TensorAllocator& allocator) {
  std::uint64_t bytes = 0;
  const bool absurd = __builtin_mul_overflow(longest, static_cast<std::uint64_t>(count), &bytes);
  return allocator.expect_text(absurd ? std::numeric_limits<std::uint64_t>::max() : bytes);
}

}  // namespace

Status compute_counted(const CountedReference& op, std::uint64_t longest, const OpParams* params,
                       const ComputeArgs& args) {
  MOTE_ASSIGN(const std::vector<InputInfo> types, infer_outputs_of(op, params, args));
  std::vector<TensorView> in;
  for (const Datum& datum : args.in) in.push_back(datum.tensor().view());
  std::vector<Tensor> tensors;
  std::vector<MutTensorView> out;
  for (const InputInfo& info : types) {
    const TensorType& type = info.type.tensor;
    const auto dims = type.dims();
    if (!dims) return Error{Code::kInvalidArgument, cat("output of type ", to_string(type))};
    if (type.dtype == DType::kString) {
      MOTE_TRY(expect_texts(longest, dims->count(), args.allocator));
    }
    MOTE_ASSIGN(Tensor tensor, args.allocator.allocate(type.dtype, *dims));
    out.push_back(tensor.mut());
    tensors.push_back(std::move(tensor));
  }
  MOTE_TRY(op.reference(
      params,
      {.in = in, .out = out, .scratch = nullptr, .workers = args.workers, .stop = args.stop}));
  MOTE_TRY(args.stop.check());
  for (std::size_t i = 0; i < tensors.size(); ++i) args.out[i] = std::move(tensors[i]);
  return {};
}

}  // namespace mote::ml
