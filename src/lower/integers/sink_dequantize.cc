// Moves DequantizeLinear behind what only moves elements or takes the greatest: fewer bytes are
// moved, and DequantizeLinear comes to stand before what computes.
#include <algorithm>

#include "ir/evaluate.h"
#include "ir/inference.h"
#include "lower/integers/movement.h"
#include "lower/integers/quantization.h"
#include "lower/layout.h"
#include "ops/quantize/linear_params.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

// One scale for all elements.
bool is_single(const Graph& graph, const Node& dequantize) {
  const auto scale = graph.value(dequantize.inputs[1]).type.tensor.dims();
  return scale && scale->rank() <= 1 && scale->count() == 1;
}

// Where scales of each index of an axis go by a transpose; nullopt: not to be said.
std::optional<std::int64_t> moved_axis(const Graph& graph, const Node& dequantize,
                                       const Node& node) {
  const Permutation perm = integers_of(node, "perm");
  const int rank = graph.value(dequantize.inputs[0]).type.tensor.rank();
  if (!is_op(node, "Transpose") || std::ssize(perm) != rank) return std::nullopt;
  const auto& p = static_cast<const LinearParams&>(*dequantize.params);
  const bool by_axis = graph.value(dequantize.inputs[1]).type.tensor.rank() == 1;
  if (!by_axis || p.block_size != 0) return std::nullopt;
  const std::int64_t axis = p.axis < 0 ? p.axis + rank : p.axis;
  const auto it = std::ranges::find(perm, axis);
  return it == perm.end() ? std::nullopt : std::optional<std::int64_t>(it - perm.begin());
}

// The value of `v`, made by a node of constants, as a constant, where that takes no more than
// `bytes_left`.
void fold(Graph& graph, ValueId v, std::uint64_t& bytes_left) {
  const NodeId id = graph.value(v).producer;
  const Node& node = graph.node(id);
  if (node.op->reference == nullptr || !graph.is_constant(node.inputs[0])) return;
  const TypeInference known(graph);
  std::vector<InputInfo> in;
  for (const ValueId i : node.inputs) in.push_back(known.known(i));
  for (const InputInfo& i : in) {
    if (i.present && !i.constant) return;
  }
  const std::vector<InputInfo> out{known.known(v)};
  auto values = evaluate(*node.op, node.params.get(), in, out, bytes_left);
  if (!values) return;
  bytes_left -= (*values)[0].bytes();
  graph.erase_node(id);
  graph.value(v).constant = std::move((*values)[0]);
}

// The zero point of a DequantizeLinear node as one element without dimensions.
ValueId zero_point_of(Graph& graph, const Node& dequantize) {
  const DType dtype = graph.value(dequantize.inputs[0]).type.tensor.dtype;
  if (dequantize.inputs.size() > 2 && dequantize.inputs[2] != ValueId::kNone) {
    return graph.add_constant("zero_point",
                              graph.value(dequantize.inputs[2]).constant.reshaped({}));
  }
  return graph.add_constant("zero_point", *Tensor::zeros(dtype, {}));
}

// Pads of zeros become pads of zero points.
bool pads_zeros(const Graph& graph, const Node& node) {
  if (!is_op(node, "Pad")) return false;
  const AttributeValue* mode = node.attributes.find("mode");
  const auto* text = mode != nullptr ? std::get_if<std::string>(mode) : nullptr;
  if (text != nullptr && *text != "constant") return false;
  if (node.inputs.size() < 3 || node.inputs[2] == ValueId::kNone) return true;
  return scalar_f32(graph, node.inputs[2]) == 0.0F;
}

// The greatest element stands for the greatest number where the scale is positive.
bool sinks_below(const Graph& graph, const Node& node) {
  if (only_moves(node) || is_op(node, "Split")) return true;
  const bool of_bytes =
      only_takes_greatest(node) || only_takes_nearest(node) || pads_zeros(graph, node);
  return of_bytes && dequantized(graph, node.inputs[0]).has_value();
}

// `node` again, for `inputs`. Its outputs.
Result<std::vector<ValueId>> add_again(Graph& graph, const Node& node, std::vector<ValueId> inputs,
                                       NodeId before, const PassContext& context) {
  Node again;
  again.op_type = node.op_type;
  again.name = node.name;
  again.attributes = node.attributes;
  again.inputs = std::move(inputs);
  for (const ValueId out : node.outputs) {
    const bool wanted = out != ValueId::kNone;
    again.outputs.push_back(wanted ? graph.add_value(graph.value(out).name + "_quantized")
                                   : ValueId::kNone);
  }
  MOTE_TRY(bind(again, context.ops));
  const std::vector<ValueId> outputs = again.outputs;
  MOTE_TRY(TypeInference(graph).infer(graph.add_node(std::move(again), before)));
  return outputs;
}

Result<bool> sink(Graph& graph, NodeId id, const PassContext& context, std::uint64_t& bytes_left) {
  if (!sinks_below(graph, graph.node(id))) return false;
  const NodeId above = graph.value(graph.node(id).inputs[0]).producer;
  if (above == NodeId::kNone || !is_dequantize(graph.node(above))) return false;
  const Node node = graph.node(id);  // copies: adding nodes moves them
  const Node dequantize = graph.node(above);
  Attributes attributes = dequantize.attributes;
  if (!is_single(graph, dequantize)) {
    const auto axis = moved_axis(graph, dequantize, node);
    if (!axis) return false;
    attributes.set("axis", *axis);
  }
  std::vector<ValueId> inputs = node.inputs;
  inputs[0] = dequantize.inputs[0];
  if (is_op(node, "Pad")) {
    inputs.resize(std::max<std::size_t>(inputs.size(), 3), ValueId::kNone);
    inputs[2] = zero_point_of(graph, dequantize);
  }
  MOTE_ASSIGN(const std::vector<ValueId> moved,
              add_again(graph, node, std::move(inputs), id, context));
  NodeAdder add(graph, context.ops, id);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    if (moved[i] == ValueId::kNone) continue;
    inputs = dequantize.inputs;
    inputs[0] = moved[i];
    MOTE_ASSIGN(const ValueId real, add.add(operator_of(dequantize), inputs, attributes,
                                            graph.value(node.outputs[i]).name));
    replace_value(graph, node.outputs[i], real);
  }
  graph.erase_node(id);
  if (moved.size() == 1) fold(graph, moved[0], bytes_left);
  return true;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  std::uint64_t bytes_left = context.max_constant_bytes;
  for (const NodeId id : graph.node_ids()) {
    MOTE_ASSIGN(const bool sunk, sink(graph, id, context, bytes_left));
    changed |= sunk;
  }
  return changed;
}

}  // namespace

extern const Pass kSinkDequantize;
constinit const Pass kSinkDequantize = {
    .name = "sink_dequantize",
    .doc = "Moves elements before they are dequantized, not after.",
    .run = run,
};

}  // namespace mote
