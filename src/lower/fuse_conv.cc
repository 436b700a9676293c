// What follows a convolution or a product by constants and works element by element becomes part of
// it: bias, residual sum, activation.
#include <algorithm>
#include <limits>

#include "ir/inference.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

constexpr std::size_t kBias = 2;
constexpr std::size_t kResidual = 3;

bool has_input(const Node& conv, std::size_t i) {
  return conv.inputs.size() > i && conv.inputs[i] != ValueId::kNone;
}
bool has_activation(const Node& conv) { return conv.attributes.find("activation") != nullptr; }

// The convolution or product that makes `value`; kNone otherwise. All have bias, residual and
// activation in the same places.
NodeId conv_of(const Graph& graph, ValueId value) {
  for (const std::string_view op : {"mote.Conv", "mote.Gemm", "mote.ConvTranspose"}) {
    const NodeId conv = producer_if(graph, value, op);
    if (conv != NodeId::kNone) return conv;
  }
  return NodeId::kNone;
}

// That, if nothing follows within it and nobody else reads its result.
NodeId open_conv(const Graph& graph, ValueId value) {
  const NodeId conv = conv_of(graph, value);
  if (conv == NodeId::kNone || graph.only_user(value) == NodeId::kNone) return NodeId::kNone;
  return has_activation(graph.node(conv)) ? NodeId::kNone : conv;
}

struct Activation {
  std::string_view kind;
  float a = 0.0F;
  float b = 0.0F;
};

float real_of(const Node& node, std::string_view name, float fallback) {
  const AttributeValue* v = node.attributes.find(name);
  const auto* f = v ? std::get_if<float>(v) : nullptr;
  return f ? *f : fallback;
}

// A bound of Clip; nullopt if it is not known.
std::optional<float> bound(const Graph& graph, const Node& clip, std::size_t i, float open) {
  if (!has_input(clip, i)) return open;
  return scalar_f32(graph, clip.inputs[i]);
}

std::optional<Activation> activation_of(const Graph& graph, const Node& node) {
  constexpr float kInf = std::numeric_limits<float>::infinity();
  constexpr float kGreatest = std::numeric_limits<float>::max();
  if (is_op(node, "Relu")) return Activation{"Clamp", 0.0F, kInf};
  if (is_op(node, "Clip")) {
    const auto low = bound(graph, node, 1, -kGreatest);
    const auto high = bound(graph, node, 2, kGreatest);
    if (!low || !high) return std::nullopt;
    return Activation{"Clamp", *low, *high};
  }
  if (is_op(node, "HardSigmoid")) {
    return Activation{"HardSigmoid", real_of(node, "alpha", 0.2F), real_of(node, "beta", 0.5F)};
  }
  if (is_op(node, "LeakyRelu")) return Activation{"LeakyRelu", real_of(node, "alpha", 0.01F)};
  if (is_op(node, "HardSwish")) return Activation{"HardSwish"};
  if (is_op(node, "Gelu") && node.attributes.find("approximate") == nullptr) {
    return Activation{"Gelu"};
  }
  if (is_op(node, "Sigmoid")) return Activation{"Sigmoid"};
  if (is_op(node, "Tanh")) return Activation{"Tanh"};
  return std::nullopt;
}

void set_activation(Node& conv, const Activation& act) {
  conv.attributes.set("activation", std::string(act.kind));
  conv.attributes.set("activation_a", act.a);
  conv.attributes.set("activation_b", act.b);
}

// The convolution takes the place of `node`, whose output it now computes.
Status absorb(Graph& graph, NodeId conv, NodeId node, const PassContext& context) {
  graph.move_before(conv, node);
  replace_node(graph, node, graph.node(conv).outputs[0]);
  MOTE_TRY(bind(graph.node(conv), context.ops));
  return TypeInference(graph).infer(conv);
}

Result<bool> fuse_activation(Graph& graph, NodeId id, const PassContext& context) {
  const Node& node = graph.node(id);
  const auto act = activation_of(graph, node);
  if (!act) return false;
  const NodeId conv = open_conv(graph, node.inputs[0]);
  if (conv == NodeId::kNone) return false;
  set_activation(graph.node(conv), *act);
  MOTE_TRY(absorb(graph, conv, id, context));
  return true;
}

// x * sigmoid(x) or x * hard_sigmoid(x), where x is the convolution's result.
Result<bool> fuse_gate(Graph& graph, NodeId id, const PassContext& context) {
  const Node& node = graph.node(id);
  if (!is_op(node, "Mul")) return false;
  for (int side = 0; side < 2; ++side) {
    const ValueId x = node.inputs[static_cast<std::size_t>(side)];
    const ValueId gate = node.inputs[static_cast<std::size_t>(1 - side)];
    const NodeId conv = conv_of(graph, x);
    const bool two_uses = conv != NodeId::kNone && !has_activation(graph.node(conv)) &&
                          graph.value(x).uses.size() == 2 && !graph.is_output(x);
    if (!two_uses || graph.only_user(gate) != id) continue;
    Activation act{"Silu"};
    NodeId gate_node = producer_if(graph, gate, "Sigmoid");
    if (gate_node == NodeId::kNone) {
      gate_node = producer_if(graph, gate, "HardSigmoid");
      if (gate_node == NodeId::kNone) continue;
      const Node& hard = graph.node(gate_node);
      if (real_of(hard, "alpha", 0.2F) != 1.0F / 6.0F || real_of(hard, "beta", 0.5F) != 0.5F)
        continue;
      act.kind = "HardSwish";
    }
    if (graph.node(gate_node).inputs[0] != x) continue;
    set_activation(graph.node(conv), act);
    graph.move_before(conv, gate_node);
    replace_node(graph, id, x);
    graph.erase_node(gate_node);
    MOTE_TRY(bind(graph.node(conv), context.ops));
    return true;
  }
  return false;
}

// conv + constant for each channel: the constant joins the bias.
bool fuse_bias(Graph& graph, NodeId conv, ValueId other) {
  const auto out = graph.value(graph.node(conv).outputs[0]).type.tensor.dims();
  if (!graph.is_constant(other) || has_input(graph.node(conv), kResidual) || !out) return false;
  if (has_input(graph.node(conv), kBias) && !graph.is_constant(graph.node(conv).inputs[kBias])) {
    return false;
  }
  const Tensor added = graph.value(other).constant;
  const int rank = added.dims().rank();
  const std::int64_t channels = (*out)[out->rank() - 1];
  const bool by_channel = channels > 0 && added.dtype() == DType::kF32 &&
                          added.count() == channels && rank <= out->rank() &&
                          (channels == 1 || (rank > 0 && added.dims()[rank - 1] == channels));
  if (!by_channel) return false;
  std::vector<float> bias(static_cast<std::size_t>(channels));
  std::ranges::copy(added.values<float>(), bias.begin());
  if (has_input(graph.node(conv), kBias)) {
    const auto old = graph.value(graph.node(conv).inputs[kBias]).constant.values<float>();
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] += old[i];
  }
  const ValueId sum =
      graph.add_constant("bias", Tensor::of<float>({channels}, std::span<const float>(bias)));
  if (graph.node(conv).inputs.size() <= kBias) graph.append_input(conv, ValueId::kNone);
  graph.set_input(conv, static_cast<int>(kBias), sum);
  return true;
}

bool fuse_residual(Graph& graph, NodeId conv, ValueId other) {
  const auto mine = graph.value(graph.node(conv).outputs[0]).type.tensor.dims();
  const auto its = graph.value(other).type.tensor.dims();
  if (has_input(graph.node(conv), kResidual) || !mine || !its || *mine != *its) return false;
  while (graph.node(conv).inputs.size() <= kResidual) graph.append_input(conv, ValueId::kNone);
  graph.set_input(conv, static_cast<int>(kResidual), other);
  return true;
}

Result<bool> fuse_sum(Graph& graph, NodeId id, const PassContext& context) {
  const Node& node = graph.node(id);
  if (!is_op(node, "Add")) return false;
  // The later of two convolutions, so that the other is computed before it.
  for (const std::size_t side : {std::size_t{1}, std::size_t{0}}) {
    const NodeId conv = open_conv(graph, node.inputs[side]);
    const ValueId other = node.inputs[1 - side];
    if (conv == NodeId::kNone) continue;
    if (!fuse_bias(graph, conv, other) && !fuse_residual(graph, conv, other)) continue;
    MOTE_TRY(absorb(graph, conv, id, context));
    return true;
  }
  return false;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  using Rule = Result<bool> (*)(Graph&, NodeId, const PassContext&);
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    if (graph.node(id).op == nullptr) continue;  // erased with a gate
    for (const Rule rule : {Rule(fuse_activation), Rule(fuse_gate), Rule(fuse_sum)}) {
      MOTE_ASSIGN(const bool fused, rule(graph, id, context));
      changed |= fused;
      if (fused) break;
    }
  }
  return changed;
}

}  // namespace

extern const Pass kFuseConv;
constinit const Pass kFuseConv = {
    .name = "fuse_conv",
    .doc =
        "Makes bias, residual sum and activation part of the convolution or product before them.",
    .run = run,
};

}  // namespace mote
