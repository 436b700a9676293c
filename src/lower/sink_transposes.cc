// Moves transposes behind the operators that do not care about layout, until they meet others that
// undo them.
#include <algorithm>
#include <array>

#include "ir/inference.h"
#include "lower/layout.h"
#include "ops/support/strides.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

constexpr std::array<std::string_view, 38> kElementwise = {
    "Abs",       "Add",  "And",   "Cast",  "Ceil",       "Clip",    "Div",         "Elu",
    "Equal",     "Erf",  "Exp",   "Floor", "Gelu",       "Greater", "HardSigmoid", "HardSwish",
    "LeakyRelu", "Less", "Log",   "Max",   "Mean",       "Min",     "Mish",        "Mul",
    "Neg",       "Not",  "PRelu", "Pow",   "Reciprocal", "Relu",    "Round",       "Sigmoid",
    "Softplus",  "Sqrt", "Sub",   "Sum",   "Tanh",       "Where"};

bool is_elementwise(const Node& node) {
  return node.op != nullptr && node.op->domain.empty() &&
         std::ranges::find(kElementwise, node.op->name) != kElementwise.end();
}

// The permutation under which the node's data come, if any input is transposed.
Permutation permutation_of_inputs(const Graph& graph, const Node& node) {
  for (const ValueId in : node.inputs) {
    TransposedValue t = look_through_transpose(graph, in);
    if (t.source != ValueId::kNone) return std::move(t.perm);
  }
  return {};
}

// A constant as it must be read before `perm` for the result to be the same after it.
Tensor permuted_constant(const Tensor& tensor, const Permutation& perm) {
  Dims wide;  // ones in front, as broadcasting reads it
  for (int i = tensor.dims().rank(); i < std::ssize(perm); ++i) wide.push_back(1);
  for (const std::int64_t size : tensor.dims()) wide.push_back(size);
  const Permutation back = inverse(perm);
  const Dims strides = row_major_strides(wide);
  Dims dims, from;
  for (const std::int64_t axis : back) {
    dims.push_back(wide[static_cast<int>(axis)]);
    from.push_back(strides[static_cast<int>(axis)]);
  }
  Tensor out = *Tensor::zeros(tensor.dtype(), dims);
  auto* to = out.mut().as<float>();
  for_each_offset<1>(dims, {from}, [&, source = tensor.values<float>()](const auto& offset) {
    *to++ = source[static_cast<std::size_t>(offset[0])];
  });
  return out;
}

// The value to read instead of `in` so that the node may run before `perm`; kNone: there is none.
ValueId before_transpose(Graph& graph, ValueId in, const Permutation& perm) {
  if (in == ValueId::kNone) return in;
  const TransposedValue t = look_through_transpose(graph, in);
  if (t.source != ValueId::kNone) return t.perm == perm ? t.source : ValueId::kNone;
  const Value& value = graph.value(in);
  const auto dims = value.type.tensor.dims();
  if (dims && dims->count() == 1 && dims->rank() <= std::ssize(perm)) return in;
  const bool movable = value.constant && value.constant.dtype() == DType::kF32 &&
                       value.constant.dims().rank() <= std::ssize(perm);
  if (!movable) return ValueId::kNone;
  return graph.add_constant(value.name + "_permuted", permuted_constant(value.constant, perm));
}

// Where the operator names axes, they are other axes before the transpose.
// False: it names them in a way that is not understood.
bool remap_axes(Graph& graph, const Node& node, const Permutation& perm, Attributes& attributes,
                std::vector<ValueId>& inputs) {
  const auto rank = std::ssize(perm);
  const auto remap = [&](std::int64_t axis) {
    return perm[static_cast<std::size_t>(axis < 0 ? axis + rank : axis)];
  };
  const bool by_attribute = is_op(node, "Concat") || is_op(node, "Softmax") ||
                            is_op(node, "LogSoftmax") || is_op(node, "Split");
  if (by_attribute) {
    const std::int64_t fallback = is_op(node, "Split") ? 0 : -1;
    attributes.set("axis", remap(integer_of(node, "axis", fallback)));
    return true;
  }
  if (is_op(node, "Pad")) {
    if (inputs.size() > 3 || !graph.is_constant(inputs[1])) return false;
    const auto pads = graph.value(inputs[1]).constant.values<std::int64_t>();
    std::vector<std::int64_t> moved(pads.size());
    for (std::size_t i = 0; i < perm.size(); ++i) {
      const auto to = static_cast<std::size_t>(perm[i]);
      moved[to] = pads[i];
      moved[to + perm.size()] = pads[i + perm.size()];
    }
    inputs[1] = graph.add_constant("pads", Tensor::of<std::int64_t>({std::ssize(moved)}, moved));
    return true;
  }
  return false;
}

// The inputs that carry data of the transposed layout: all, or only the first.
bool carries_data(const Node& node, std::size_t input) {
  return is_elementwise(node) || is_op(node, "Concat") || input == 0;
}

bool may_sink(const Graph& graph, const Node& node) {
  if (node.op == nullptr || node.captured > 0) return false;
  const bool axes = is_op(node, "Concat") || is_op(node, "Softmax") || is_op(node, "LogSoftmax") ||
                    is_op(node, "Split") || is_op(node, "Pad");
  if (!is_elementwise(node) && !axes) return false;
  for (const ValueId out : node.outputs) {
    if (out == ValueId::kNone) return false;
  }
  return graph.value(node.outputs[0]).type.tensor.rank() > 0;
}

// Reads before the transpose, writes before it, and transposes what comes out.
Result<bool> sink(Graph& graph, NodeId id, const PassContext& context) {
  const Node& node = graph.node(id);
  if (!may_sink(graph, node)) return false;
  const Permutation perm = permutation_of_inputs(graph, node);
  if (std::ssize(perm) != graph.value(node.outputs[0]).type.tensor.rank()) return false;
  std::vector<ValueId> inputs = node.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] == ValueId::kNone || !carries_data(node, i)) continue;
    const ValueId before = before_transpose(graph, inputs[i], perm);
    if (before == ValueId::kNone) return false;
    inputs[i] = before;
  }
  Attributes attributes = node.attributes;
  if (!is_elementwise(node) && !remap_axes(graph, node, perm, attributes, inputs)) return false;

  Node moved;
  moved.op_type = node.op_type;
  moved.name = node.name;
  moved.inputs = std::move(inputs);
  moved.attributes = std::move(attributes);
  const std::vector<ValueId> outputs = node.outputs;
  for (const ValueId out : outputs) moved.outputs.push_back(graph.add_value(graph.value(out).name));
  MOTE_TRY(bind(moved, context.ops));
  const std::vector<ValueId> new_outputs = moved.outputs;
  const NodeId added = graph.add_node(std::move(moved), id);
  MOTE_TRY(TypeInference(graph).infer(added));
  NodeAdder add(graph, context.ops, id);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    MOTE_ASSIGN(const ValueId back, add.add("Transpose", {new_outputs[i]}, {{"perm", perm}},
                                            graph.value(outputs[i]).name + "_transposed"));
    graph.replace_uses(outputs[i], back);
  }
  graph.erase_node(id);
  return true;
}

// A transpose that only moves sizes of 1 is a reshape, which costs nothing.
Result<bool> as_reshape(Graph& graph, NodeId id, const PassContext& context) {
  const Node& node = graph.node(id);
  if (!is_op(node, "Transpose")) return false;
  const auto out = graph.value(node.outputs[0]).type.tensor.dims();
  const Permutation perm = integers_of(node, "perm");
  if (!out || perm.empty() || moves_elements(graph.value(node.inputs[0]).type.tensor, perm)) {
    return false;
  }
  const ValueId shape = graph.add_constant("shape", Tensor::of<std::int64_t>({out->rank()}, *out));
  NodeAdder add(graph, context.ops, id);
  const bool empty = std::ranges::find(*out, 0) != out->end();
  MOTE_ASSIGN(const ValueId y, add.add("Reshape", {node.inputs[0], shape},
                                       {{"allowzero", std::int64_t{empty ? 1 : 0}}},
                                       graph.value(node.outputs[0]).name));
  replace_node(graph, id, y);
  return true;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    MOTE_ASSIGN(const bool reshaped, as_reshape(graph, id, context));
    changed |= reshaped;
    if (reshaped) continue;
    MOTE_ASSIGN(const bool sunk, sink(graph, id, context));
    changed |= sunk;
  }
  return changed;
}

}  // namespace

extern const Pass kSinkTransposes;
constinit const Pass kSinkTransposes = {
    .name = "sink_transposes",
    .doc = "Moves transposes behind elementwise operators, Concat, Pad, Softmax and Split.",
    .run = run,
};

}  // namespace mote
