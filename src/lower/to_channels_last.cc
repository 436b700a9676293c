// Convolutions and pools in channels-last layout, between transposes that sink_transposes moves and
// merge_movement cancels.
#include <algorithm>

#include "lower/layout.h"
#include "ops/conv/conv_transpose.h"
#include "ops/exec/transposed_geometry.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

bool is_image(const Graph& graph, ValueId id) {
  if (id == ValueId::kNone) return false;
  const TensorType& type = graph.value(id).type.tensor;
  return type.dtype == DType::kF32 && type.rank() == 4;
}

// Of what MaxPool takes; the integer operators are made channels-last.
bool is_byte_image(const Graph& graph, ValueId id) {
  const TensorType& type = graph.value(id).type.tensor;
  return (type.dtype == DType::kS8 || type.dtype == DType::kU8) && type.rank() == 4;
}

// Weights are packed when the plan is made, so they must be known by then.
bool has_constant_weights(const Graph& graph, const Node& node) {
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    if (node.inputs[i] != ValueId::kNone && !graph.is_constant(node.inputs[i])) return false;
  }
  return true;
}

const ConvParams& conv_params(const Node& node) {
  return static_cast<const ConvParams&>(*node.params);
}

// There are kernels for it: not for one filter and channel in each group, nor absurd sizes.
bool suits_transposed(const Graph& graph, const Node& node) {
  if (!has_constant_weights(graph, node)) return false;
  const auto x = graph.value(node.inputs[0]).type.tensor.dims();
  const auto y = graph.value(node.outputs[0]).type.tensor.dims();
  const Dims& w = graph.value(node.inputs[1]).constant.dims();
  if (!x || !y || w.rank() != 4 || w[2] > kMostTaps || w[3] > kMostTaps) return false;
  const ConvParams& p = conv_params(node);
  for (std::size_t d = 0; d < 2; ++d) {
    if (entry(p.window.strides, d, 1) > kMostStride) return false;
  }
  return p.group == 1 || w[1] > 1 || w[0] > p.group;
}

// The operator of the execution dialect; empty: the node stays as it is.
std::string_view channels_last_form(const Graph& graph, const Node& node) {
  if (node.op == nullptr || node.inputs.empty() || node.inputs[0] == ValueId::kNone) return {};
  if (node.outputs[0] == ValueId::kNone) return {};
  const bool image = is_image(graph, node.inputs[0]);
  const bool max_pool = is_op(node, "MaxPool") && node.outputs.size() == 1;
  if (max_pool && (image || is_byte_image(graph, node.inputs[0]))) return "mote.MaxPool";
  if (!image) return {};
  if (is_op(node, "Conv") && has_constant_weights(graph, node)) return "mote.Conv";
  if (is_op(node, "ConvTranspose") && suits_transposed(graph, node)) return "mote.ConvTranspose";
  if (is_op(node, "AveragePool")) return "mote.AveragePool";
  if (is_op(node, "GlobalAveragePool")) return "mote.GlobalAveragePool";
  return {};
}

// Padding and output as they come to be. Errors: kInvalidArgument.
Result<Attributes> transposed_attributes(const Graph& graph, const Node& node) {
  const ConvParams& p = conv_params(node);
  const Dims x = *graph.value(node.inputs[0]).type.tensor.dims();
  const Dims y = *graph.value(node.outputs[0]).type.tensor.dims();
  const Dims kernel(spatial(graph.value(node.inputs[1]).constant.dims()));
  MOTE_ASSIGN(const Dims begins, transposed_begins(p, Dims(spatial(x)), kernel));
  using List = std::vector<std::int64_t>;
  Attributes attributes;
  attributes.set("strides", List{entry(p.window.strides, 0, 1), entry(p.window.strides, 1, 1)});
  attributes.set("dilations",
                 List{entry(p.window.dilations, 0, 1), entry(p.window.dilations, 1, 1)});
  attributes.set("begins", List{begins[0], begins[1]});
  attributes.set("output_shape", List{y[2], y[3]});
  attributes.set("group", p.group);
  return attributes;
}

// What Conv infers from its weights, the lowered form is told.
Result<Attributes> lowered_attributes(const Graph& graph, const Node& node) {
  if (is_op(node, "ConvTranspose")) return transposed_attributes(graph, node);
  Attributes attributes = node.attributes;
  attributes.erase("storage_order");
  if (is_op(node, "Conv") && attributes.find("kernel_shape") == nullptr) {
    const Dims& weights = graph.value(node.inputs[1]).constant.dims();
    attributes.set("kernel_shape", std::vector<std::int64_t>{weights[2], weights[3]});
  }
  return attributes;
}

// MobileNets write the global mean as ReduceMean over both spatial axes.
bool is_spatial_mean(const Graph& graph, const Node& node) {
  if (!is_op(node, "ReduceMean") || node.inputs.size() != 2 || !graph.is_constant(node.inputs[1]) ||
      !is_image(graph, node.inputs[0])) {
    return false;
  }
  if (!graph.is_constant(node.inputs[1]) || integer_of(node, "keepdims", 1) == 0) return false;
  const Tensor& axes = graph.value(node.inputs[1]).constant;
  if (axes.dtype() != DType::kS64 || axes.count() != 2) return false;
  std::int64_t sorted[2] = {axes.values<std::int64_t>()[0], axes.values<std::int64_t>()[1]};
  for (std::int64_t& axis : sorted) axis += axis < 0 ? 4 : 0;
  std::ranges::sort(sorted);
  return sorted[0] == 2 && sorted[1] == 3;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    const Node& node = graph.node(id);
    std::string_view form = channels_last_form(graph, node);
    const bool mean = form.empty() && is_spatial_mean(graph, node);
    if (mean) form = "mote.GlobalAveragePool";
    if (form.empty()) continue;
    const std::string name = graph.value(node.outputs[0]).name;
    Attributes attributes;
    if (!mean) {
      MOTE_ASSIGN(attributes, lowered_attributes(graph, node));
    }
    std::vector<ValueId> inputs = node.inputs;
    if (mean) inputs.resize(1);
    NodeAdder add(graph, context.ops, id);
    MOTE_ASSIGN(inputs[0],
                add.add("Transpose", {inputs[0]}, {{"perm", kToChannelsLast}}, name + "_nhwc"));
    MOTE_ASSIGN(const ValueId y, add.add(form, std::move(inputs), std::move(attributes), name));
    MOTE_ASSIGN(const ValueId back,
                add.add("Transpose", {y}, {{"perm", kToChannelsFirst}}, name + "_nchw"));
    replace_node(graph, id, back);
    changed = true;
  }
  return changed;
}

}  // namespace

extern const Pass kToChannelsLastPass;
constinit const Pass kToChannelsLastPass = {
    .name = "to_channels_last",
    .doc = "Puts convolutions and pools of images into channels-last layout.",
    .run = run,
};

}  // namespace mote
