// Sums, products, means and concatenations of quantized values.
#include <algorithm>

#include "lower/integers/rewriting.h"
#include "lower/layout.h"
#include "ops/support/axes.h"

namespace mote {
namespace {

// Elements of `x`, their scale and zero point, as operators read them.
void append(const IntegerRewrite& r, const QuantizedValue& x, std::vector<ValueId>& inputs) {
  inputs.push_back(x.q);
  inputs.push_back(r.scale(x.affine.scale));
  inputs.push_back(r.zero_point(x.dtype, x.affine.zero_point));
}

void append_result(const IntegerRewrite& r, std::vector<ValueId>& inputs) {
  inputs.push_back(r.scale(r.y.affine.scale));
  inputs.push_back(r.zero_point(r.y.dtype, r.y.affine.zero_point));
}

// One of the pools of a channels-first image, [N, C, D...]; of channels-last ones where that is
// the kernels' layout.
Result<ValueId> pooled(const IntegerRewrite& r, const QuantizedValue& x, std::string_view op,
                       Attributes attributes) {
  MOTE_ASSIGN(QuantizedValue in, r.as_dtype(x, r.y.dtype));
  const bool image = r.graph.value(x.q).type.tensor.rank() == 4;
  if (image) {
    attributes.set("channels_last", std::int64_t{1});
    MOTE_ASSIGN(in.q, r.add.add("Transpose", {in.q}, {{"perm", kToChannelsLast}}, r.name));
  }
  std::vector<ValueId> inputs;
  append(r, in, inputs);
  append_result(r, inputs);
  MOTE_ASSIGN(ValueId q, r.add.add(op, std::move(inputs), std::move(attributes), r.name));
  if (image) {
    MOTE_ASSIGN(q, r.add.add("Transpose", {q}, {{"perm", kToChannelsFirst}}, r.name));
  }
  return r.clamped(q);
}

// The axes of ReduceMean, ascending; empty: not known, or none.
std::vector<int> axes_of(const Graph& graph, const Node& node, int rank) {
  if (integer_of(node, "noop_with_empty_axes", 0) != 0) return {};
  std::vector<std::int64_t> axes;
  if (node.inputs.size() > 1 && node.inputs[1] != ValueId::kNone) {
    if (!graph.is_constant(node.inputs[1])) return {};
    const auto list = read_integers(graph.value(node.inputs[1]).constant.view());
    if (!list) return {};
    axes = *list;
  }
  if (axes.empty()) {
    for (int d = 0; d < rank; ++d) axes.push_back(d);
  }
  auto normalized = normalize_axes(axes, rank);
  return normalized ? *std::move(normalized) : std::vector<int>();
}

Result<ValueId> reduced_mean(const IntegerRewrite& r, const Node& node, const QuantizedValue& x) {
  const int rank = r.graph.value(x.q).type.tensor.rank();
  const std::vector<int> axes = axes_of(r.graph, node, rank);
  const std::int64_t keepdims = integer_of(node, "keepdims", 1);
  if (axes.empty()) return ValueId::kNone;
  const auto out = r.graph.value(node.outputs[0]).type.tensor.dims();
  if (rank == 4 && axes == std::vector<int>{2, 3} && out) {
    MOTE_ASSIGN(const ValueId q, pooled(r, x, "com.microsoft.QLinearGlobalAveragePool", {}));
    return keepdims != 0 ? Result<ValueId>(q) : r.reshaped(q, *out);
  }
  MOTE_ASSIGN(const QuantizedValue in, r.as_dtype(x, r.y.dtype));
  std::vector<ValueId> inputs;
  append(r, in, inputs);
  append_result(r, inputs);
  MOTE_ASSIGN(const ValueId q,
              r.add.add("com.microsoft.QLinearReduceMean", std::move(inputs),
                        {{"axes", std::vector<std::int64_t>(axes.begin(), axes.end())},
                         {"keepdims", keepdims}},
                        r.name));
  return r.clamped(q);
}

}  // namespace

Result<ValueId> integer_arithmetic(const IntegerRewrite& r, const Node& node) {
  auto a = dequantized(r.graph, node.inputs[0]);
  auto b = dequantized(r.graph, node.inputs[1]);
  if (!a || !b) return ValueId::kNone;
  MOTE_ASSIGN(*a, r.as_dtype(*a, r.y.dtype));
  MOTE_ASSIGN(*b, r.as_dtype(*b, r.y.dtype));
  if (is_op(node, "Sub")) b->affine.scale = -b->affine.scale;
  std::vector<ValueId> inputs;
  append(r, *a, inputs);
  append(r, *b, inputs);
  append_result(r, inputs);
  const std::string_view op =
      is_op(node, "Mul") ? "com.microsoft.QLinearMul" : "com.microsoft.QLinearAdd";
  MOTE_ASSIGN(const ValueId q, r.add.add(op, std::move(inputs), {}, r.name));
  return r.clamped(q);
}

Result<ValueId> integer_concat(const IntegerRewrite& r, const Node& node) {
  std::vector<QuantizedValue> parts;
  for (const ValueId in : node.inputs) {
    const auto part = dequantized(r.graph, in);
    if (!part) return ValueId::kNone;
    parts.push_back(*part);
  }
  std::vector<ValueId> inputs;
  for (const QuantizedValue& part : parts) {
    inputs.push_back(part.q);
    const bool same = part.dtype == r.y.dtype && part.affine.scale == r.y.affine.scale &&
                      part.affine.zero_point == r.y.affine.zero_point;
    if (same) continue;
    const ByteTable table = table_of({}, part.dtype, part.affine, r.y.dtype, r.y.affine);
    MOTE_ASSIGN(inputs.back(), r.lookup(part.q, r.y.dtype, table));
  }
  MOTE_ASSIGN(const ValueId q, r.add.add("Concat", std::move(inputs), node.attributes, r.name));
  return r.clamped(q);
}

Result<ValueId> integer_mean(const IntegerRewrite& r, const Node& node) {
  const auto x = dequantized(r.graph, node.inputs[0]);
  if (!x || !r.graph.value(x->q).type.tensor.dims()) return ValueId::kNone;
  if (is_op(node, "ReduceMean")) return reduced_mean(r, node, *x);
  if (is_op(node, "AveragePool")) {
    return pooled(r, *x, "com.microsoft.QLinearAveragePool", node.attributes);
  }
  return pooled(r, *x, "com.microsoft.QLinearGlobalAveragePool", {});
}

}  // namespace mote
