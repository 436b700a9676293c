// Moves transposes behind the operators that do not care about layout, until they meet others that
// undo them.
#include <algorithm>
#include <optional>

#include "ir/inference.h"
#include "lower/elementwise.h"
#include "lower/layout.h"
#include "lower/rename_axes.h"
#include "ops/support/copy.h"
#include "ops/support/strides.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

// The permutation under which the node's data come, if any input is transposed.
Permutation permutation_of_inputs(const Graph& graph, const Node& node) {
  for (const ValueId in : node.inputs) {
    TransposedValue t = look_through_transpose(graph, in);
    if (t.source != ValueId::kNone) return std::move(t.perm);
  }
  return {};
}

// A constant as it must be read before `perm` for the result to be the same after it.
// Errors: kResourceExhausted.
Result<Tensor> permuted_constant(const Tensor& tensor, const Permutation& perm) {
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
  MOTE_ASSIGN(Tensor out, Tensor::zeros(tensor.dtype(), dims));
  std::int64_t to = 0;
  for_each_offset<1>(dims, {from}, [&](const auto& offset) {
    copy_range(tensor.view(), offset[0], out.mut(), to++, 1);
  });
  return out;
}

// How an input can be had as it was before the transpose.
enum class Source {
  kNone,
  kTransposed,  // it is transposed in the same way
  kAny,         // one element
  kConstant,    // permuted here
  kReshaped,    // at most one size is not 1: a reshape, which costs nothing
};

Source source_of(const Graph& graph, ValueId in, const Permutation& perm) {
  const TransposedValue t = look_through_transpose(graph, in);
  if (t.source != ValueId::kNone) return t.perm == perm ? Source::kTransposed : Source::kNone;
  const Value& value = graph.value(in);
  const auto dims = value.type.tensor.dims();
  if (!dims || dims->rank() > std::ssize(perm)) return Source::kNone;
  if (dims->count() == 1) return Source::kAny;
  if (value.constant && value.constant.dtype() != DType::kString) return Source::kConstant;
  const bool wide = dims->rank() == std::ssize(perm);
  return wide && !moves_elements(value.type.tensor, inverse(perm)) ? Source::kReshaped
                                                                   : Source::kNone;
}

// Requires: source_of is not kNone.
Result<ValueId> before_transpose(Graph& graph, ValueId in, const Permutation& perm,
                                 NodeAdder& add) {
  const Value& value = graph.value(in);
  switch (source_of(graph, in, perm)) {
    case Source::kTransposed:
      return look_through_transpose(graph, in).source;
    case Source::kConstant: {
      const std::string name = value.name + "_permuted";
      MOTE_ASSIGN(Tensor permuted, permuted_constant(value.constant, perm));
      return graph.add_constant(name, std::move(permuted));
    }
    case Source::kReshaped: {
      const Dims dims = *value.type.tensor.dims();
      std::vector<std::int64_t> sizes;
      for (const std::int64_t axis : inverse(perm)) sizes.push_back(dims[static_cast<int>(axis)]);
      const std::string name = value.name + "_permuted";
      const ValueId shape =
          graph.add_constant("shape", Tensor::of<std::int64_t>({std::ssize(sizes)}, sizes));
      return add.add("Reshape", {in, shape}, {{"allowzero", std::int64_t{1}}}, name);
    }
    default:
      return in;
  }
}

// The inputs that carry data of the transposed layout: all, or only the first.
bool carries_data(const Graph& graph, const Node& node, std::size_t input) {
  return is_elementwise(graph, node) || is_op(node, "Concat") || input == 0;
}

bool may_sink(const Graph& graph, const Node& node, const Permutation& perm) {
  if (perm.empty() || (!is_elementwise(graph, node) && !names_axes(node))) return false;
  for (const ValueId out : node.outputs) {
    if (out == ValueId::kNone) return false;
  }
  const auto rank = is_elementwise(graph, node) ? graph.value(node.outputs[0]).type.tensor.rank()
                                                : graph.value(node.inputs[0]).type.tensor.rank();
  if (rank != std::ssize(perm)) return false;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const ValueId in = node.inputs[i];
    if (in == ValueId::kNone || !carries_data(graph, node, i)) continue;
    if (source_of(graph, in, perm) == Source::kNone) return false;
  }
  return true;
}

// What the permuted constants of `node` would take.
std::uint64_t constant_bytes(const Graph& graph, const Node& node, const Permutation& perm) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const ValueId in = node.inputs[i];
    if (in == ValueId::kNone || !carries_data(graph, node, i)) continue;
    if (source_of(graph, in, perm) == Source::kConstant) bytes += graph.value(in).constant.bytes();
  }
  return bytes;
}

// Readers of `node`'s outputs read those of `added`, permuted.
Status transpose_outputs(Graph& graph, NodeId id, const std::vector<ValueId>& added,
                         const Permutation& perm, NodeAdder& add) {
  const std::vector<ValueId> outputs = graph.node(id).outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    ValueId back = added[i];
    if (!std::ranges::is_sorted(perm)) {
      MOTE_ASSIGN(back, add.add("Transpose", {added[i]}, {{"perm", perm}},
                                graph.value(outputs[i]).name + "_transposed"));
    }
    graph.replace_uses(outputs[i], back);
  }
  graph.erase_node(id);
  return {};
}

// Reads before the transpose, writes before it, and transposes what comes out.
// bytes_left: what new constants may take; decreased.
Result<bool> sink(Graph& graph, NodeId id, const PassContext& context, std::uint64_t& bytes_left) {
  const Permutation perm = permutation_of_inputs(graph, graph.node(id));
  if (!may_sink(graph, graph.node(id), perm)) return false;
  const std::uint64_t bytes = constant_bytes(graph, graph.node(id), perm);
  if (bytes > bytes_left) return false;
  bytes_left -= bytes;
  const Node node = graph.node(id);  // a copy: adding nodes moves them
  NodeAdder add(graph, context.ops, id);
  Node moved;
  moved.op_type = node.op_type;
  moved.domain = node.domain;
  moved.name = node.name;
  moved.attributes = node.attributes;
  moved.inputs = node.inputs;
  std::optional<Permutation> after = perm;
  if (!is_elementwise(graph, node)) {
    after = rename_axes(graph, node, perm, moved.attributes, moved.inputs);
    if (!after) return false;
  }
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == ValueId::kNone || !carries_data(graph, node, i)) continue;
    MOTE_ASSIGN(moved.inputs[i], before_transpose(graph, node.inputs[i], perm, add));
  }
  for (const ValueId out : node.outputs) {
    moved.outputs.push_back(graph.add_value(graph.value(out).name));
  }
  MOTE_TRY(bind(moved, context.ops));
  const std::vector<ValueId> outputs = moved.outputs;
  const NodeId added = graph.add_node(std::move(moved), id);
  MOTE_TRY(TypeInference(graph).infer(added));
  MOTE_TRY(transpose_outputs(graph, id, outputs, *after, add));
  return true;
}

// An image whose pixels become one axis, [N, C, H, W] to [N, C, H * W], behind a transpose to
// channels first: the same before a transpose of three axes.
Result<bool> sink_below_flattening(Graph& graph, NodeId id, const PassContext& context) {
  const Node& node = graph.node(id);
  if (!is_op(node, "Reshape")) return false;
  const TransposedValue t = look_through_transpose(graph, node.inputs[0]);
  const auto in = graph.value(node.inputs[0]).type.tensor.dims();
  const auto out = graph.value(node.outputs[0]).type.tensor.dims();
  if (t.perm != kToChannelsFirst || !in || !out || out->rank() != 3) return false;
  if ((*out)[0] != (*in)[0] || (*out)[1] != (*in)[1] || in->count() == 0) return false;
  const std::string name = graph.value(node.outputs[0]).name;
  const ValueId shape =
      graph.add_constant("shape", Tensor::of<std::int64_t>({3}, {(*out)[0], (*out)[2], (*out)[1]}));
  NodeAdder add(graph, context.ops, id);
  MOTE_ASSIGN(const ValueId flat, add.add("Reshape", {t.source, shape}, {}, name + "_pixels"));
  MOTE_ASSIGN(const ValueId y,
              add.add("Transpose", {flat}, {{"perm", Permutation{0, 2, 1}}}, name));
  replace_node(graph, id, y);
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
  std::uint64_t bytes_left = context.max_constant_bytes;
  for (const NodeId id : graph.node_ids()) {
    MOTE_ASSIGN(bool sunk, sink_below_flattening(graph, id, context));
    if (!sunk) {
      MOTE_ASSIGN(sunk, sink(graph, id, context, bytes_left));
    }
    changed |= sunk;
  }
  // Only those that have sunk as far as they go: nothing sinks below a reshape.
  for (const NodeId id : graph.node_ids()) {
    MOTE_ASSIGN(const bool reshaped, as_reshape(graph, id, context));
    changed |= reshaped;
  }
  return changed;
}

}  // namespace

extern const Pass kSinkTransposes;
constinit const Pass kSinkTransposes = {
    .name = "sink_transposes",
    .doc = "Moves transposes behind operators that work element by element or name their axes.",
    .run = run,
};

}  // namespace mote
