// Convolutions and matrix products of quantized values.
#include <array>
#include <cmath>
#include <limits>

#include "lower/integers/rewriting.h"
#include "lower/layout.h"
#include "lower/widen_sequences.h"

namespace mote {
namespace {

// Element i of filter or column o lies at o * stride_o + i * stride_i.
struct WeightLayout {
  std::int64_t filters, size;
  std::int64_t stride_o, stride_i;
};

// What mote.QConv and mote.QGemm read beside x.
struct Operands {
  Tensor w, factor, bias;  // bias: undefined if there is none

  std::vector<ValueId> inputs(const IntegerRewrite& r, ValueId x) const {
    std::vector<ValueId> all{x, r.graph.add_constant(r.name + "_weights", w),
                             r.graph.add_constant(r.name + "_factor", factor)};
    if (bias) all.push_back(r.graph.add_constant(r.name + "_bias", bias));
    return all;
  }
};

std::int32_t element_of(const Tensor& q, std::int64_t i) { return load_quantized(q.view(), i); }

// Weights relative to their zero points, filter after filter: s8, or s16 where that is too narrow;
// undefined where that is, too.
Result<Tensor> relative(const QuantizedConstant& w, const WeightLayout& l, const Dims& dims) {
  bool as_is = w.q.dtype() == DType::kS8 && l.stride_i == 1;
  for (std::int64_t o = 0; as_is && o < l.filters; ++o) as_is = w.zero_point(o) == 0;
  if (as_is) return w.q.reshaped(dims);
  bool narrow = true;
  MOTE_ASSIGN(Tensor wide, Tensor::zeros(DType::kS16, dims));
  auto* to = wide.mut().as<std::int16_t>();
  for (std::int64_t o = 0; o < l.filters; ++o) {
    const std::int32_t zero_point = w.zero_point(o);
    for (std::int64_t i = 0; i < l.size; ++i) {
      const std::int32_t v = element_of(w.q, o * l.stride_o + i * l.stride_i) - zero_point;
      if (v < std::numeric_limits<std::int16_t>::min() ||
          v > std::numeric_limits<std::int16_t>::max()) {
        return Tensor();
      }
      narrow = narrow && v >= -128 && v <= 127;
      *to++ = static_cast<std::int16_t>(v);
    }
  }
  if (!narrow) return wide;
  MOTE_ASSIGN(Tensor bytes, Tensor::zeros(DType::kS8, dims));
  const auto* from = wide.view().as<std::int16_t>();
  for (std::int64_t i = 0; i < wide.count(); ++i) {
    bytes.mut().as<std::int8_t>()[i] = static_cast<std::int8_t>(from[i]);
  }
  return bytes;
}

// The integers of DequantizeLinear of s32 by just the scales `units`; empty if `value` is none.
std::vector<std::int32_t> integers_in(const Graph& graph, ValueId value,
                                      const std::vector<float>& units) {
  const NodeId id = graph.value(value).producer;
  if (id == NodeId::kNone || !is_dequantize(graph.node(id))) return {};
  const Node& node = graph.node(id);
  if (node.inputs.size() > 2 || !graph.is_constant(node.inputs[0])) return {};
  const Tensor& q = graph.value(node.inputs[0]).constant;
  const Tensor& scale = graph.value(node.inputs[1]).constant;
  const auto n = static_cast<std::int64_t>(units.size());
  if (q.dtype() != DType::kS32 || q.count() != n || !scale) return {};
  if (scale.dtype() != DType::kF32 || (scale.count() != 1 && scale.count() != n)) return {};
  for (std::int64_t i = 0; i < n; ++i) {
    const float s = scale.values<float>()[static_cast<std::size_t>(scale.count() == 1 ? 0 : i)];
    if (s != units[static_cast<std::size_t>(i)]) return {};
  }
  const auto values = q.values<std::int32_t>();
  return {values.begin(), values.end()};
}

// Adds `value`, one number for each filter, to `bias` in units[o]. False: it is no constant, or
// too large.
bool add_bias(const Graph& graph, ValueId value, const std::vector<float>& units,
              std::vector<std::int64_t>& bias) {
  if (value == ValueId::kNone) return true;
  bias.resize(units.size());
  const std::vector<std::int32_t> exact = integers_in(graph, value, units);
  const auto reals = real_values(graph, value);
  if (exact.empty() && (!reals || reals->size() != units.size())) return false;
  for (std::size_t o = 0; o < units.size(); ++o) {
    if (!exact.empty()) {
      bias[o] += exact[o];
      continue;
    }
    const double v = (*reals)[o] / static_cast<double>(units[o]);
    if (!(std::abs(v) < 1e9)) return false;
    bias[o] += static_cast<std::int64_t>(round_half_even(v));
  }
  return true;
}

// What is added to sums: constants of reals, and one of s32 in units of the sums. kNone: nothing.
struct Biases {
  std::array<ValueId, 2> reals = {ValueId::kNone, ValueId::kNone};
  ValueId integers = ValueId::kNone;
};

// Empty sums: nothing is added. False: not constant, too large, not one for each filter.
bool add_biases(const Graph& graph, const Biases& biases, const std::vector<float>& units,
                std::vector<std::int64_t>& sums) {
  for (const ValueId bias : biases.reals) {
    if (!add_bias(graph, bias, units, sums)) return false;
  }
  if (biases.integers == ValueId::kNone) return true;
  if (!graph.is_constant(biases.integers)) return false;
  const Tensor& t = graph.value(biases.integers).constant;
  if (t.dtype() != DType::kS32 || t.count() != std::ssize(units)) return false;
  sums.resize(units.size());
  for (std::size_t o = 0; o < units.size(); ++o) sums[o] += t.values<std::int32_t>()[o];
  return true;
}

// nullopt: a number that 32 bits do not hold, a bias that is not constant.
Result<std::optional<Operands>> operands_of(const IntegerRewrite& r, const QuantizedValue& x,
                                            const QuantizedConstant& w, const WeightLayout& l,
                                            const Dims& dims, const Biases& biases) {
  std::vector<float> units, factors;
  for (std::int64_t o = 0; o < l.filters; ++o) {
    units.push_back(x.affine.scale * w.scale(o));
    factors.push_back(units.back() / r.y.affine.scale);
    if (!(units.back() > 0.0F) || !std::isfinite(factors.back())) return std::optional<Operands>();
  }
  std::vector<std::int64_t> sums;
  if (!add_biases(r.graph, biases, units, sums)) return std::optional<Operands>();
  Operands operands;
  MOTE_ASSIGN(operands.w, relative(w, l, dims));
  if (!operands.w) return std::optional<Operands>();
  operands.factor = Tensor::of<float>({l.filters}, factors);
  if (sums.empty()) return std::optional(std::move(operands));
  std::vector<std::int32_t> narrow;
  for (const std::int64_t v : sums) {
    narrow.push_back(static_cast<std::int32_t>(v));
    if (narrow.back() != v) return std::optional<Operands>();
  }
  operands.bias = Tensor::of<std::int32_t>({l.filters}, narrow);
  return std::optional(std::move(operands));
}

void set_quantization(const IntegerRewrite& r, const QuantizedValue& x, Attributes& attributes) {
  attributes.set("x_zero_point", std::int64_t{x.affine.zero_point});
  attributes.set("y_zero_point", std::int64_t{r.y.affine.zero_point});
  attributes.set("to", static_cast<std::int64_t>(r.y.dtype));
  if (!r.clamps()) return;
  attributes.set("low", std::int64_t{r.range.low});
  attributes.set("high", std::int64_t{r.range.high});
}

ValueId input_of(const Node& node, std::size_t i) {
  return i < node.inputs.size() ? node.inputs[i] : ValueId::kNone;
}

// [N, C, L] as [N, C, 1, L].
Dims widened(const Dims& dims) { return {dims[0], dims[1], 1, dims[2]}; }

// x: [N, C, L], [N, C, H, W], or [N, H, W, C] with channels_last.
Result<ValueId> convolution(const IntegerRewrite& r, const Node& node, const QuantizedValue& x,
                            const QuantizedConstant& w, const Biases& biases, bool channels_last) {
  const auto in = r.graph.value(x.q).type.tensor.dims();
  const auto out = r.graph.value(node.outputs[0]).type.tensor.dims();
  const Dims& dims = w.q.dims();
  const bool wide = in && in->rank() == 3 && !channels_last;
  if (!in || !out || (in->rank() != 4 && !wide) || w.axis > 0) return ValueId::kNone;
  const std::int64_t size = dims.count(1, dims.rank());
  MOTE_ASSIGN(const auto operands,
              operands_of(r, x, w, {dims[0], size, size, 1}, wide ? widened(dims) : dims, biases));
  if (!operands) return ValueId::kNone;
  Attributes attributes = node.attributes;
  attributes.erase("channels_last");
  if (wide) widen_window_attributes(attributes);
  set_quantization(r, x, attributes);
  ValueId q = x.q;
  if (wide) {
    MOTE_ASSIGN(q, r.reshaped(q, widened(*in)));
  }
  if (!channels_last) {
    MOTE_ASSIGN(q, r.add.add("Transpose", {q}, {{"perm", kToChannelsLast}}, r.name + "_nhwc"));
  }
  MOTE_ASSIGN(q, r.add.add("mote.QConv", operands->inputs(r, q), std::move(attributes), r.name));
  if (!channels_last) {
    MOTE_ASSIGN(q, r.add.add("Transpose", {q}, {{"perm", kToChannelsFirst}}, r.name + "_nchw"));
  }
  return wide ? r.reshaped(q, *out) : q;
}

}  // namespace

Result<ValueId> integer_conv(const IntegerRewrite& r, const Node& node, ValueId bias) {
  const auto x = dequantized(r.graph, node.inputs[0]);
  const auto w = quantized_constant(r.graph, node.inputs[1]);
  if (!x || !w) return ValueId::kNone;
  return convolution(r, node, *x, *w, {{input_of(node, 2), bias}}, false);
}

namespace {

bool is_one(const Node& node, std::string_view attribute) {
  const AttributeValue* value = node.attributes.find(attribute);
  return value == nullptr || std::get<float>(*value) == 1.0F;
}

// The sizes of a constant matrix [K, N], or [N, K] if `transposed`; nullopt: scales along K.
std::optional<WeightLayout> matrix_layout(const QuantizedConstant& w, bool transposed) {
  if (w.q.dims().rank() != 2) return std::nullopt;
  const std::int64_t n = w.q.dims()[transposed ? 0 : 1];
  const std::int64_t k = w.q.dims()[transposed ? 1 : 0];
  if (w.axis >= 0 && w.axis != (transposed ? 0 : 1)) return std::nullopt;
  return transposed ? WeightLayout{n, k, k, 1} : WeightLayout{n, k, 1, n};
}

// [N] or [1, N]; [M, N] or [M, 1] of as many elements would be another sum.
bool is_row(const Graph& graph, ValueId bias, std::int64_t n) {
  if (bias == ValueId::kNone) return true;
  const auto dims = graph.value(bias).type.tensor.dims();
  return dims && !dims->empty() && (*dims)[dims->rank() - 1] == n && dims->count() == n;
}

Result<ValueId> product_by_constant(const IntegerRewrite& r, const QuantizedValue& x,
                                    const QuantizedConstant& w, bool transposed,
                                    const Biases& biases) {
  const auto layout = matrix_layout(w, transposed);
  if (!layout || !is_row(r.graph, biases.reals[0], layout->filters) ||
      !is_row(r.graph, biases.integers, layout->filters)) {
    return ValueId::kNone;
  }
  MOTE_ASSIGN(const auto operands,
              operands_of(r, x, w, *layout, {layout->filters, layout->size}, biases));
  if (!operands) return ValueId::kNone;
  Attributes attributes;
  set_quantization(r, x, attributes);
  return r.add.add("mote.QGemm", operands->inputs(r, x.q), std::move(attributes), r.name);
}

// Gemm without factors and a transposed A.
bool is_plain(const Node& node) {
  return is_op(node, "MatMul") ||
         (is_one(node, "alpha") && is_one(node, "beta") && integer_of(node, "transA", 0) == 0);
}

// The product of two quantized values.
Result<ValueId> product_of_values(const IntegerRewrite& r, const QuantizedValue& a,
                                  const QuantizedValue& b) {
  std::vector<ValueId> inputs;
  for (const QuantizedValue& v : {a, b, r.y}) {
    if (v.q != r.y.q) inputs.push_back(v.q);
    inputs.push_back(r.scale(v.affine.scale));
    inputs.push_back(r.zero_point(v.dtype, v.affine.zero_point));
  }
  MOTE_ASSIGN(const ValueId q, r.add.add("QLinearMatMul", std::move(inputs), {}, r.name));
  return r.clamped(q);
}

}  // namespace

Result<ValueId> integer_product(const IntegerRewrite& r, const Node& node, ValueId bias) {
  const auto a = dequantized(r.graph, node.inputs[0]);
  if (!a) return ValueId::kNone;
  const auto w = quantized_constant(r.graph, node.inputs[1]);
  if (w && is_plain(node)) {
    const bool transposed = integer_of(node, "transB", 0) != 0;
    const ValueId own = is_op(node, "Gemm") ? input_of(node, 2) : ValueId::kNone;
    MOTE_ASSIGN(const ValueId q, product_by_constant(r, *a, *w, transposed, {{own, bias}}));
    if (q != ValueId::kNone) return q;
  }
  const auto b = dequantized(r.graph, node.inputs[1]);
  if (!b || !is_op(node, "MatMul") || bias != ValueId::kNone) return ValueId::kNone;
  return product_of_values(r, *a, *b);
}

namespace {

// The operand and the result that inputs of a node describe.
std::optional<QuantizedValue> operand_at(const Graph& graph, const Node& node, std::size_t scale,
                                         std::size_t zero_point) {
  const auto affine = affine_at(graph, node, scale, zero_point);
  const DType dtype = graph.value(node.inputs[0]).type.tensor.dtype;
  const bool byte = dtype == DType::kS8 || dtype == DType::kU8;
  if (!affine || !byte) return std::nullopt;
  return QuantizedValue{node.inputs[0], dtype, *affine};
}

std::optional<IntegerRewrite> result_of(Graph& graph, NodeAdder& add, const Node& node,
                                        std::size_t scale, std::size_t zero_point) {
  const DType dtype = graph.value(node.outputs[0]).type.tensor.dtype;
  const auto affine = affine_at(graph, node, scale, zero_point);
  if (!affine || (dtype != DType::kS8 && dtype != DType::kU8)) return std::nullopt;
  return IntegerRewrite{graph,
                        add,
                        {node.outputs[0], dtype, *affine},
                        range_of(dtype),
                        graph.value(node.outputs[0]).name};
}

}  // namespace

Result<ValueId> integer_qlinear(Graph& graph, NodeAdder& add, const Node& node) {
  const bool last = is_op(node, "com.microsoft.QLinearConv");
  if (last || is_op(node, "QLinearConv")) {
    const auto r = result_of(graph, add, node, 6, 7);
    const auto x = operand_at(graph, node, 1, 2);
    const auto w = quantized_constant_at(graph, node, 3, 4, 5, 0);
    if (!r || !x || !w) return ValueId::kNone;
    return convolution(*r, node, *x, *w, {.integers = input_of(node, 8)},
                       integer_of(node, "channels_last", 0) != 0);
  }
  if (is_op(node, "QLinearMatMul")) {
    const auto r = result_of(graph, add, node, 6, 7);
    const auto a = operand_at(graph, node, 1, 2);
    const auto b = quantized_constant_at(graph, node, 3, 4, 5, 1);
    return r && a && b ? product_by_constant(*r, *a, *b, false, {}) : ValueId::kNone;
  }
  if (!is_op(node, "com.microsoft.QGemm") || input_of(node, 7) == ValueId::kNone) {
    return ValueId::kNone;
  }
  const bool transposed = integer_of(node, "transB", 0) != 0;
  const auto r = result_of(graph, add, node, 7, 8);
  const auto a = operand_at(graph, node, 1, 2);
  const auto b = quantized_constant_at(graph, node, 3, 4, 5, transposed ? 0 : 1);
  if (!r || !a || !b || !is_plain(node)) return ValueId::kNone;
  return product_by_constant(*r, *a, *b, transposed, {.integers = input_of(node, 6)});
}

}  // namespace mote
