#include "lower/integers/quantization.h"

#include <cmath>

#include "ir/dtype.h"
#include "ops/quantize/linear_params.h"
#include "ops/support/axes.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

const Tensor* constant_of(const Graph& graph, const Node& node, std::size_t i) {
  if (i >= node.inputs.size() || !graph.is_constant(node.inputs[i])) return nullptr;
  return &graph.value(node.inputs[i]).constant;
}

bool is_absent(const Node& node, std::size_t i) {
  return i >= node.inputs.size() || node.inputs[i] == ValueId::kNone;
}

bool is_proper(float scale) { return std::isfinite(scale) && scale > 0.0F; }

bool is_byte(DType dtype) { return dtype == DType::kS8 || dtype == DType::kU8; }

}  // namespace

std::optional<Affine> affine_at(const Graph& graph, const Node& node, std::size_t scale,
                                std::size_t zero_point) {
  const Tensor* s = constant_of(graph, node, scale);
  const Tensor* z = constant_of(graph, node, zero_point);
  if (s == nullptr || s->dtype() != DType::kF32 || s->count() != 1) return std::nullopt;
  Affine a{s->values<float>()[0], 0};
  if (!is_absent(node, zero_point)) {
    if (z == nullptr || z->count() != 1 || !is_quantized_integer(z->dtype())) return std::nullopt;
    a.zero_point = load_quantized(z->view(), 0);
  }
  return is_proper(a.scale) ? std::optional(a) : std::nullopt;
}

bool is_quantize(const Node& node) {
  return is_op(node, "QuantizeLinear") || is_op(node, "com.microsoft.QuantizeLinear");
}

bool is_dequantize(const Node& node) {
  return is_op(node, "DequantizeLinear") || is_op(node, "com.microsoft.DequantizeLinear");
}

std::optional<QuantizedValue> dequantized(const Graph& graph, ValueId value) {
  if (value == ValueId::kNone || graph.value(value).producer == NodeId::kNone) return std::nullopt;
  const Node& node = graph.node(graph.value(value).producer);
  if (!is_dequantize(node) || graph.value(value).type.tensor.dtype != DType::kF32) {
    return std::nullopt;
  }
  const DType dtype = graph.value(node.inputs[0]).type.tensor.dtype;
  const auto affine = affine_at(graph, node, 1, 2);
  if (!affine || !is_byte(dtype)) return std::nullopt;
  return QuantizedValue{node.inputs[0], dtype, *affine};
}

std::optional<QuantizedValue> quantized_by(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (!is_quantize(node)) return std::nullopt;
  const DType precision = static_cast<const LinearParams&>(*node.params).precision;
  const DType from = graph.value(node.inputs[0]).type.tensor.dtype;
  const DType to = graph.value(node.outputs[0]).type.tensor.dtype;
  const auto affine = affine_at(graph, node, 1, 2);
  const bool plain = precision == DType::kUndefined || precision == DType::kF32;
  if (!affine || !plain || from != DType::kF32 || !is_byte(to)) return std::nullopt;
  return QuantizedValue{node.outputs[0], to, *affine};
}

float QuantizedConstant::scale(std::int64_t i) const {
  return scales[axis < 0 ? 0 : static_cast<std::size_t>(i)];
}
std::int32_t QuantizedConstant::zero_point(std::int64_t i) const {
  return zero_points[axis < 0 ? 0 : static_cast<std::size_t>(i)];
}

std::optional<QuantizedConstant> quantized_constant(const Graph& graph, ValueId value) {
  if (value == ValueId::kNone || graph.value(value).producer == NodeId::kNone) return std::nullopt;
  const Node& node = graph.node(graph.value(value).producer);
  if (!is_dequantize(node)) return std::nullopt;
  const auto& p = static_cast<const LinearParams&>(*node.params);
  if (p.block_size != 0) return std::nullopt;
  return quantized_constant_at(graph, node, 0, 1, 2, p.axis);
}

std::optional<QuantizedConstant> quantized_constant_at(const Graph& graph, const Node& node,
                                                       std::size_t q, std::size_t scale,
                                                       std::size_t zero_point, std::int64_t axis) {
  const Tensor* elements = constant_of(graph, node, q);
  const Tensor* s = constant_of(graph, node, scale);
  const Tensor* z = constant_of(graph, node, zero_point);
  if (elements == nullptr || !is_quantized_integer(elements->dtype())) return std::nullopt;
  if (s == nullptr || s->dtype() != DType::kF32 || s->dims().rank() > 1) return std::nullopt;
  if (z == nullptr && !is_absent(node, zero_point)) return std::nullopt;
  if (z != nullptr && z->count() != s->count() && z->count() != 1) return std::nullopt;
  QuantizedConstant c;
  c.q = *elements;
  if (s->count() != 1) {
    const auto a = normalize_axis(axis, c.q.dims().rank());
    if (!a || c.q.dims()[*a] != s->count()) return std::nullopt;
    c.axis = *a;
  }
  for (std::int64_t i = 0; i < s->count(); ++i) {
    c.scales.push_back(s->values<float>()[static_cast<std::size_t>(i)]);
    if (!is_proper(c.scales.back())) return std::nullopt;
    const std::int64_t k = z != nullptr && z->count() == 1 ? 0 : i;
    c.zero_points.push_back(z != nullptr ? load_quantized(z->view(), k) : 0);
  }
  return c;
}

std::optional<std::vector<double>> real_values(const Graph& graph, ValueId value) {
  if (value == ValueId::kNone) return std::nullopt;
  std::vector<double> reals;
  if (graph.is_constant(value)) {
    const Tensor& t = graph.value(value).constant;
    if (t.dtype() != DType::kF32) return std::nullopt;
    for (const float v : t.values<float>()) reals.push_back(static_cast<double>(v));
    return reals;
  }
  const NodeId producer = graph.value(value).producer;
  if (producer == NodeId::kNone || !is_dequantize(graph.node(producer))) return std::nullopt;
  const Node& node = graph.node(producer);
  const Tensor* q = constant_of(graph, node, 0);
  const Tensor* scale = constant_of(graph, node, 1);
  const Tensor* zero_point = constant_of(graph, node, 2);
  if (q == nullptr || scale == nullptr || (zero_point == nullptr && !is_absent(node, 2))) {
    return std::nullopt;
  }
  const bool integers = is_quantized_integer(q->dtype()) || q->dtype() == DType::kS32;
  const bool fits = scale->count() == 1 || (q->dims().rank() == 1 && scale->count() == q->count());
  if (!integers || scale->dtype() != DType::kF32 || !fits) return std::nullopt;
  for (std::int64_t i = 0; i < q->count(); ++i) {
    const std::int64_t k = scale->count() == 1 ? 0 : i;
    const std::int64_t zero = zero_point != nullptr ? load_quantized(zero_point->view(), k) : 0;
    reals.push_back(static_cast<double>(load_quantized(q->view(), i) - zero) *
                    static_cast<double>(scale->values<float>()[static_cast<std::size_t>(k)]));
  }
  return reals;
}

}  // namespace mote
