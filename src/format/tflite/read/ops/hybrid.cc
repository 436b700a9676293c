#include "format/tflite/read/ops/hybrid.h"

namespace mote::tfl {
namespace {

// All of x has one range: what ONNX has an operator for.
bool has_one_range(OpReader& op, ValueId x, std::span<const std::int64_t> axes) {
  const TensorType type = op.type(x);
  if (!type.shape) return false;
  std::vector<bool> shared(type.shape->size(), false);
  for (const std::int64_t axis : axes) {
    shared[static_cast<std::size_t>(axis < 0 ? axis + type.rank() : axis)] = true;
  }
  for (std::size_t i = 0; i < shared.size(); ++i) {
    if (!shared[i] && (*type.shape)[i].size() != 1) return false;
  }
  return true;
}

// x rounded to 256 steps of its range, which includes 0.
ValueId rounded_to_range(OpReader& op, ValueId x, const std::vector<std::int64_t>& range_axes) {
  if (op.rank(x) == 0 || !op.status()) return x;
  if (has_one_range(op, x, range_axes)) {
    const auto q = op.add_many(3, "DynamicQuantizeLinear", {x});
    return op.add("DequantizeLinear", {q[0], q[1], q[2]});
  }
  const ValueId axes = op.integers(range_axes);
  const ValueId zero = op.f32(0), last = op.f32(255);
  const ValueId low = op.add("Min", {op.add("ReduceMin", {x, axes}), zero});
  const ValueId high = op.add("Max", {op.add("ReduceMax", {x, axes}), zero});
  const ValueId range = op.add("Sub", {high, low});
  const ValueId scale =
      op.add("Where", {op.add("Equal", {range, zero}), op.f32(1), op.add("Div", {range, last})});
  const ValueId zero_point = op.add("Round", {op.add("Neg", {op.add("Div", {low, scale})})});
  const ValueId steps = op.add("Round", {op.add("Div", {x, scale})});
  const ValueId q = op.clip(op.add("Add", {steps, zero_point}), 0, 255);
  return op.add("Mul", {op.add("Sub", {q, zero_point}), scale});
}

}  // namespace

ValueId add_product(OpReader& op, const Product& product, ValueId x, ValueId weights,
                    ValueId bias) {
  const bool hybrid = op.in(product.x_input).dtype == DType::kF32 && op.in(1).quantized();
  if (hybrid) x = rounded_to_range(op, x, product.range_axes);
  return op.add(product.op_type, {x, weights, bias}, product.attributes);
}

}  // namespace mote::tfl
