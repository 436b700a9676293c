// Quantized values in a graph: what stands between DequantizeLinear and QuantizeLinear.
#pragma once
#include <optional>
#include <vector>

#include "ir/graph.h"
#include "ops/quantize/quantized.h"

namespace mote {

// A float value that is DequantizeLinear of `q`, or would be: 8 bits, one f32 scale, positive and
// finite.
struct QuantizedValue {
  ValueId q = ValueId::kNone;
  DType dtype = DType::kUndefined;
  Affine affine;
};

bool is_quantize(const Node& node);    // QuantizeLinear of either domain
bool is_dequantize(const Node& node);  // DequantizeLinear of either domain

// nullopt: `value` is no such value.
std::optional<QuantizedValue> dequantized(const Graph& graph, ValueId value);
// What QuantizeLinear node `id` makes; q is its output. nullopt: another type, several scales.
std::optional<QuantizedValue> quantized_by(const Graph& graph, NodeId id);

// Inputs `scale` and `zero_point` (which may be absent) of a node, constants of one element, the
// scale of f32, positive and finite. nullopt: they are not.
std::optional<Affine> affine_at(const Graph& graph, const Node& node, std::size_t scale,
                                std::size_t zero_point);

// Constant integers of up to 16 bits with a scale for all or for each index of one axis.
struct QuantizedConstant {
  Tensor q;
  std::vector<float> scales;              // one, or as many as the axis has
  std::vector<std::int32_t> zero_points;  // as many as scales
  int axis = -1;                          // -1: one scale

  float scale(std::int64_t i) const;
  std::int32_t zero_point(std::int64_t i) const;
};
// nullopt: `value` is not DequantizeLinear of constants, or has blocks or scales that are no
// positive numbers.
std::optional<QuantizedConstant> quantized_constant(const Graph& graph, ValueId value);

// Of inputs q, scale and zero_point of a node; several scales are along `axis`.
std::optional<QuantizedConstant> quantized_constant_at(const Graph& graph, const Node& node,
                                                       std::size_t q, std::size_t scale,
                                                       std::size_t zero_point, std::int64_t axis);

// The real numbers that a constant is, or DequantizeLinear of constants stands for. nullopt: it is
// none, or not of f32.
std::optional<std::vector<double>> real_values(const Graph& graph, ValueId value);

}  // namespace mote
