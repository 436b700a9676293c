// Versions of operators: a runtime refuses a file that asks for one that came after it.
#include <algorithm>

#include "format/tflite/write/spec.h"

namespace mote::tfl::write {
namespace {

DType dtype_at(const OperatorSpec& op, const SubgraphSpec& subgraph, std::size_t i) {
  const bool there = i < op.inputs.size() && op.inputs[i] != kAbsent;
  return there ? subgraph.tensor(op.inputs[i]).dtype : DType::kUndefined;
}

std::size_t rank_at(const OperatorSpec& op, const SubgraphSpec& subgraph, std::size_t i) {
  const bool there = i < op.inputs.size() && op.inputs[i] != kAbsent;
  return there ? subgraph.tensor(op.inputs[i]).shape.size() : 0;
}

// With which version an operator took 8 and 16 bits; most did so one after the other.
int by_bits(DType dtype, int s8 = 2, int s16 = 3) {
  if (dtype == DType::kS8) return s8;
  return dtype == DType::kS16 ? s16 : 1;
}

int convolution(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const DType dtype = dtype_at(op, subgraph, 0);
  if (op.code == fb::BuiltinOperator_DEPTHWISE_CONV_2D) {
    const auto* o = op.options.AsDepthwiseConv2DOptions();
    const bool dilated = o != nullptr && (o->dilation_h_factor != 1 || o->dilation_w_factor != 1);
    return std::max(by_bits(dtype, 3, 5), dilated ? 2 : 1);
  }
  const bool grouped =
      !subgraph.tensor(op.inputs[0]).shape.empty() &&
      subgraph.tensor(op.inputs[0]).shape.back() != subgraph.tensor(op.inputs[1]).shape.back();
  return grouped ? 6 : by_bits(dtype, 3, 4);
}

int fully_connected(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const DType dtype = dtype_at(op, subgraph, 0);
  if (dtype == DType::kS16) return 7;
  const auto* o = op.options.AsFullyConnectedOptions();
  if (op.inputs.size() == 2) return 6;
  if (o != nullptr && o->keep_num_dims) return 5;
  return dtype == DType::kS8 ? 4 : 1;
}

int transposed(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const auto* o = op.options.AsTransposeConvOptions();
  if (o != nullptr && o->fused_activation_function != fb::ActivationFunctionType_NONE) return 4;
  if (op.inputs.size() > 3) return 3;
  return by_bits(dtype_at(op, subgraph, 1), 2, 2);
}

int resize(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const auto* nearest = op.options.AsResizeNearestNeighborOptions();
  const auto* linear = op.options.AsResizeBilinearOptions();
  const bool centers = nearest != nullptr ? nearest->half_pixel_centers || nearest->align_corners
                                          : linear != nullptr && linear->half_pixel_centers;
  return std::max(by_bits(dtype_at(op, subgraph, 0), 2, 4), centers ? 3 : 1);
}

int dequantize(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const TensorSpec& from = subgraph.tensor(op.inputs[0]);
  if (from.grid && from.grid->per_axis()) return 5;
  if (from.dtype == DType::kF16) return 3;
  return by_bits(from.dtype);
}

int transpose(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const std::size_t rank = rank_at(op, subgraph, 0);
  if (rank > 5) return 6;
  const DType dtype = dtype_at(op, subgraph, 0);
  const int by_rank = rank > 4 ? 4 : dtype == DType::kBool ? 3 : 1;
  return std::max(by_bits(dtype, 2, 5), by_rank);
}

int mul(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const TensorSpec& a = subgraph.tensor(op.inputs[0]);
  const TensorSpec& b = subgraph.tensor(op.inputs[1]);
  const TensorSpec& out = subgraph.tensor(op.outputs[0]);
  if (a.dtype == DType::kS64) return 5;
  if (!a.grid || !b.grid || !out.grid) return a.dtype == DType::kS16 ? 7 : 1;
  if (a.dtype == DType::kS16) return 4;
  return a.grid->scales[0] * b.grid->scales[0] / out.grid->scales[0] >= 1 ? 3 : by_bits(a.dtype);
}

int sum(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const DType dtype = dtype_at(op, subgraph, 0);
  if (dtype == DType::kS64) return 4;
  const bool exact = (op.options.AsAddOptions() && !op.options.AsAddOptions()->pot_scale_int16) ||
                     (op.options.AsSubOptions() && !op.options.AsSubOptions()->pot_scale_int16);
  const bool add = op.code == fb::BuiltinOperator_ADD;
  return by_bits(dtype, 2, exact ? (add ? 3 : 5) : 1);
}

}  // namespace

int version_of(const OperatorSpec& op, const SubgraphSpec& subgraph) {
  const DType first = dtype_at(op, subgraph, 0);
  switch (op.code) {
    case fb::BuiltinOperator_CONV_2D:
    case fb::BuiltinOperator_DEPTHWISE_CONV_2D:
      return convolution(op, subgraph);
    case fb::BuiltinOperator_FULLY_CONNECTED:
      return fully_connected(op, subgraph);
    case fb::BuiltinOperator_TRANSPOSE_CONV:
      return transposed(op, subgraph);
    case fb::BuiltinOperator_RESIZE_BILINEAR:
    case fb::BuiltinOperator_RESIZE_NEAREST_NEIGHBOR:
      return resize(op, subgraph);
    case fb::BuiltinOperator_DEQUANTIZE:
      return dequantize(op, subgraph);
    case fb::BuiltinOperator_QUANTIZE:
      return subgraph.tensor(op.outputs[0]).dtype == DType::kS16 ? 2 : 1;
    case fb::BuiltinOperator_TRANSPOSE:
      return transpose(op, subgraph);
    case fb::BuiltinOperator_MUL:
      return mul(op, subgraph);
    case fb::BuiltinOperator_ADD:
    case fb::BuiltinOperator_SUB:
      return sum(op, subgraph);
    case fb::BuiltinOperator_SPLIT:
      return dtype_at(op, subgraph, 1) == DType::kS32 ? 3
                                                      : by_bits(dtype_at(op, subgraph, 1), 2, 4);
    case fb::BuiltinOperator_SLICE:
    case fb::BuiltinOperator_STRIDED_SLICE: {
      const bool strided = op.code == fb::BuiltinOperator_STRIDED_SLICE;
      if (rank_at(op, subgraph, 0) > 4) return strided ? 4 : 5;
      if (strided && first == DType::kBool) return 3;
      return by_bits(first, 2, 4);
    }
    case fb::BuiltinOperator_PAD:
    case fb::BuiltinOperator_PADV2:
      return rank_at(op, subgraph, 0) > 4 ? 4 : by_bits(first);
    case fb::BuiltinOperator_GATHER:
      return first == DType::kBool ? 3 : by_bits(first, 2, 4);
    case fb::BuiltinOperator_TILE:
      return first == DType::kS8 ? 3 : 1;
    case fb::BuiltinOperator_RANGE:
      return first == DType::kS64 ? 2 : 1;
    case fb::BuiltinOperator_SIGN:
      return first == DType::kS32 ? 2 : 1;
    case fb::BuiltinOperator_LEAKY_RELU:
      return first == DType::kS16 ? 2 : 1;
    case fb::BuiltinOperator_MAXIMUM:
    case fb::BuiltinOperator_MINIMUM:
      return by_bits(first, 2, 4);
    case fb::BuiltinOperator_FILL:
      return dtype_at(op, subgraph, 1) == DType::kBool ? 2 : by_bits(dtype_at(op, subgraph, 1), 3);
    case fb::BuiltinOperator_BROADCAST_TO:
      return 2;
    case fb::BuiltinOperator_FLOOR_DIV:
      return first == DType::kF32 ? 2 : 1;
    case fb::BuiltinOperator_ABS:
      return first == DType::kS32 ? 5 : by_bits(first);
    case fb::BuiltinOperator_ARG_MAX:
    case fb::BuiltinOperator_ARG_MIN:
      return first == DType::kBool ? 3 : by_bits(first);
    case fb::BuiltinOperator_AVERAGE_POOL_2D:
    case fb::BuiltinOperator_MAX_POOL_2D:
    case fb::BuiltinOperator_RELU:
    case fb::BuiltinOperator_RELU6:
    case fb::BuiltinOperator_LOGISTIC:
    case fb::BuiltinOperator_TANH:
    case fb::BuiltinOperator_SOFTMAX:
    case fb::BuiltinOperator_LOG_SOFTMAX:
    case fb::BuiltinOperator_MEAN:
    case fb::BuiltinOperator_SUM:
    case fb::BuiltinOperator_REDUCE_MAX:
    case fb::BuiltinOperator_REDUCE_MIN:
    case fb::BuiltinOperator_MIRROR_PAD:
    case fb::BuiltinOperator_CONCATENATION:
    case fb::BuiltinOperator_BATCH_MATMUL:
    case fb::BuiltinOperator_EQUAL:
    case fb::BuiltinOperator_LESS:
    case fb::BuiltinOperator_LESS_EQUAL:
    case fb::BuiltinOperator_GREATER:
    case fb::BuiltinOperator_GREATER_EQUAL:
    case fb::BuiltinOperator_SPACE_TO_DEPTH:
    case fb::BuiltinOperator_DEPTH_TO_SPACE:
    case fb::BuiltinOperator_TOPK_V2:
      return by_bits(first);
    default:
      return 1;
  }
}

}  // namespace mote::tfl::write
