// What the integer forms of operators are made with.
#pragma once
#include <string>

#include "lower/integers/quantization.h"
#include "ops/quantize/real_functions.h"
#include "passes/rewrite.h"

namespace mote {

// One operator whose result is quantized as `y`, after a clamp to `range`.
struct IntegerRewrite {
  Graph& graph;
  NodeAdder& add;
  QuantizedValue y;  // q is what it replaces
  IntegerRange range;
  std::string name;

  bool clamps() const;
  ValueId scale(float value) const;
  ValueId zero_point(DType dtype, std::int32_t value) const;

  Result<ValueId> lookup(ValueId x, DType to, const ByteTable& table) const;
  // x with elements of type `to` for the same numbers, whose zero point moves with them.
  Result<QuantizedValue> as_dtype(const QuantizedValue& x, DType to) const;
  // The same elements, of size `dims`.
  Result<ValueId> reshaped(ValueId q, const Dims& dims) const;
  // `q`, elements of y, within `range`.
  Result<ValueId> clamped(ValueId q) const;
};

// Each gives the elements of y, or kNone where the node has no integer form. Nothing is added then.
// bias: of each filter or column, beside what the node itself adds; kNone: none.
Result<ValueId> integer_conv(const IntegerRewrite& r, const Node& node, ValueId bias);
// Gemm, MatMul; by a constant matrix, or a product of two quantized values.
Result<ValueId> integer_product(const IntegerRewrite& r, const Node& node, ValueId bias);
// Add, Sub, Mul.
Result<ValueId> integer_arithmetic(const IntegerRewrite& r, const Node& node);
Result<ValueId> integer_concat(const IntegerRewrite& r, const Node& node);
// AveragePool, GlobalAveragePool, ReduceMean.
Result<ValueId> integer_mean(const IntegerRewrite& r, const Node& node);

// QLinearConv, QLinearMatMul, QGemm by constants, as the execution dialect has them: y is the
// node's own result.
Result<ValueId> integer_qlinear(Graph& graph, NodeAdder& add, const Node& node);

}  // namespace mote
