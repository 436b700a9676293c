// Convolutions and pools of sequences, [N, C, L], as those of images of one row, [N, C, 1, L], for
// which there are kernels; and what works on their results element by element.
#include "lower/widen_sequences.h"

#include <algorithm>

#include "ir/inference.h"
#include "lower/elementwise.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

bool is_sequence(const Graph& graph, ValueId id) {
  if (id == ValueId::kNone) return false;
  const TensorType& type = graph.value(id).type.tensor;
  return type.dtype == DType::kF32 && type.rank() == 3 && type.dims().has_value();
}

bool is_sequence_window(const Graph& graph, const Node& node) {
  if (node.op == nullptr || node.inputs.empty()) return false;
  if (!is_sequence(graph, node.inputs[0]) || !is_sequence(graph, node.outputs[0])) return false;
  if (is_op(node, "Conv") || is_op(node, "ConvTranspose")) {
    return graph.is_constant(node.inputs[1]);
  }
  return (is_op(node, "MaxPool") && node.outputs.size() == 1) || is_op(node, "AveragePool") ||
         is_op(node, "GlobalAveragePool");
}

Dims widened(const Dims& dims) {
  Dims wide(dims);
  wide.push_back(dims[dims.rank() - 1]);
  wide[dims.rank() - 1] = 1;
  return wide;
}

// [3] for the columns becomes [fill, 3]; pads, beginnings and ends apart.
void widen_list(Attributes& attributes, std::string_view name, std::int64_t fill) {
  const AttributeValue* value = attributes.find(name);
  const auto* list = value != nullptr ? std::get_if<std::vector<std::int64_t>>(value) : nullptr;
  if (list == nullptr) return;
  std::vector<std::int64_t> wide;
  for (const std::int64_t v : *list) {
    wide.push_back(fill);
    wide.push_back(v);
  }
  attributes.set(name, std::move(wide));
}

Result<ValueId> reshaped(Graph& graph, NodeAdder& add, ValueId value, const Dims& dims,
                         std::string_view name) {
  const ValueId shape = graph.add_constant("shape", Tensor::of<std::int64_t>({dims.rank()}, dims));
  return add.add("Reshape", {value, shape}, {{"allowzero", std::int64_t{1}}}, name);
}

Result<bool> widen_window(Graph& graph, NodeId id, const PassContext& context) {
  if (!is_sequence_window(graph, graph.node(id))) return false;
  const Node node = graph.node(id);  // a copy: adding nodes moves them
  const std::string name = graph.value(node.outputs[0]).name;
  const Dims in = *graph.value(node.inputs[0]).type.tensor.dims();
  const Dims out = *graph.value(node.outputs[0]).type.tensor.dims();
  Attributes attributes = node.attributes;
  widen_window_attributes(attributes);
  std::vector<ValueId> inputs = node.inputs;
  NodeAdder add(graph, context.ops, id);
  MOTE_ASSIGN(inputs[0], reshaped(graph, add, inputs[0], widened(in), name + "_in"));
  if (is_op(node, "Conv") || is_op(node, "ConvTranspose")) {
    const Tensor weights = graph.value(inputs[1]).constant;
    inputs[1] = graph.add_constant(graph.value(inputs[1]).name + "_wide",
                                   weights.reshaped(widened(weights.dims())));
  }
  const std::string op(node.op->name);
  MOTE_ASSIGN(const ValueId wide,
              add.add(op, std::move(inputs), std::move(attributes), name + "_wide"));
  MOTE_ASSIGN(const ValueId y, reshaped(graph, add, wide, out, name));
  replace_node(graph, id, y);
  return true;
}

// The image of one row of which `value` is the sequence; kNone: it is none.
ValueId image_of(const Graph& graph, ValueId value) {
  const NodeId reshape = producer_if(graph, value, "Reshape");
  if (reshape == NodeId::kNone || !is_sequence(graph, value)) return ValueId::kNone;
  const ValueId image = graph.node(reshape).inputs[0];
  const auto wide = graph.value(image).type.tensor.dims();
  const Dims narrow = *graph.value(value).type.tensor.dims();
  return wide && *wide == widened(narrow) ? image : ValueId::kNone;
}

// What an elementwise operator may read beside images: one element, or a constant that gains a row.
bool widens(const Graph& graph, ValueId value) {
  const auto dims = graph.value(value).type.tensor.dims();
  if (!dims || dims->rank() > 3) return false;
  return dims->count() == 1 || graph.is_constant(value);
}

bool may_widen(const Graph& graph, const Node& node) {
  if (!is_elementwise(graph, node) || !is_sequence(graph, node.outputs[0])) return false;
  bool any = false;
  for (const ValueId in : node.inputs) {
    if (in == ValueId::kNone) continue;
    const bool image = image_of(graph, in) != ValueId::kNone;
    if (!image && !widens(graph, in)) return false;
    any |= image;
  }
  return any;
}

Result<bool> widen_elementwise(Graph& graph, NodeId id, const PassContext& context) {
  if (!may_widen(graph, graph.node(id))) return false;
  const Node node = graph.node(id);
  const std::string name = graph.value(node.outputs[0]).name;
  const Dims out = *graph.value(node.outputs[0]).type.tensor.dims();
  std::vector<ValueId> inputs = node.inputs;
  for (ValueId& in : inputs) {
    if (in == ValueId::kNone) continue;
    if (const ValueId image = image_of(graph, in); image != ValueId::kNone) {
      in = image;
    } else if (const Tensor constant = graph.value(in).constant; constant.dims().rank() > 1) {
      in = graph.add_constant(graph.value(in).name + "_wide",
                              constant.reshaped(widened(constant.dims())));
    }
  }
  NodeAdder add(graph, context.ops, id);
  MOTE_ASSIGN(const ValueId wide,
              add.add(operator_of(node), std::move(inputs), node.attributes, name + "_wide"));
  MOTE_ASSIGN(const ValueId y, reshaped(graph, add, wide, out, name));
  replace_node(graph, id, y);
  return true;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    MOTE_ASSIGN(bool widened_one, widen_window(graph, id, context));
    if (!widened_one) {
      MOTE_ASSIGN(widened_one, widen_elementwise(graph, id, context));
    }
    changed |= widened_one;
  }
  return changed;
}

}  // namespace

void widen_window_attributes(Attributes& attributes) {
  for (const std::string_view list : {"kernel_shape", "strides", "dilations"}) {
    widen_list(attributes, list, 1);
  }
  for (const std::string_view list : {"pads", "output_padding"}) widen_list(attributes, list, 0);
  widen_list(attributes, "output_shape", 1);
}

extern const Pass kWidenSequences;
constinit const Pass kWidenSequences = {
    .name = "widen_sequences",
    .doc = "Makes images of one row of the sequences that are convolved and pooled.",
    .run = run,
};

}  // namespace mote
