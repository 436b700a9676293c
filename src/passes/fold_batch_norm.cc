// Batch normalisation with constant parameters disappears into the convolution or matrix product
// before it; where there is none it becomes a product and a sum.
//
//   y = scale * (x - mean) / sqrt(var + epsilon) + B = factor * x + offset, for each channel
//
// Ioffe, Szegedy: Batch Normalization, 2015, section 3.1.
#include <cmath>
#include <optional>

#include "base/text.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

struct Affine {
  std::vector<double> factor;
  std::vector<double> offset;

  std::size_t channels() const { return factor.size(); }
};

std::optional<std::span<const float>> constant_f32(const Graph& graph, ValueId id) {
  if (!graph.is_constant(id)) return std::nullopt;
  const Tensor& t = graph.value(id).constant;
  if (t.dtype() != DType::kF32) return std::nullopt;
  return t.values<float>();
}

// nullopt: parameters that are not constant or of different lengths, or a factor that is no number.
std::optional<Affine> affine_of(const Graph& graph, const Node& bn) {
  const auto scale = constant_f32(graph, bn.inputs[1]);
  const auto bias = constant_f32(graph, bn.inputs[2]);
  const auto mean = constant_f32(graph, bn.inputs[3]);
  const auto var = constant_f32(graph, bn.inputs[4]);
  if (!scale || !bias || !mean || !var) return std::nullopt;
  const std::size_t n = scale->size();
  if (bias->size() != n || mean->size() != n || var->size() != n) return std::nullopt;
  const AttributeValue* e = bn.attributes.find("epsilon");
  const double epsilon = e && std::holds_alternative<float>(*e) ? std::get<float>(*e) : 1e-5F;
  Affine a;
  for (std::size_t i = 0; i < n; ++i) {
    const double factor = (*scale)[i] / std::sqrt(double{(*var)[i]} + epsilon);
    const double offset = (*bias)[i] - (*mean)[i] * factor;
    if (!std::isfinite(factor) || !std::isfinite(offset)) return std::nullopt;
    a.factor.push_back(factor);
    a.offset.push_back(offset);
  }
  return a;
}

// How the weights of an operator with `channels` outputs lie: element i belongs to channel
// (i / outer) * inner_channels + (i / inner) % inner_channels, up to the number of groups.
struct WeightLayout {
  std::int64_t channels = 0;
  std::int64_t per_group = 0;   // channels that one run of `inner` blocks holds
  std::int64_t inner = 1;       // elements of one channel that lie together
  std::int64_t group_span = 0;  // elements of one group

  std::int64_t channel(std::int64_t i) const {
    return (i / group_span) * per_group + (i / inner) % per_group;
  }
};

// Of Conv [M, C/g, ...], ConvTranspose [C, M/g, ...] or Gemm [K, N] or [N, K].
std::optional<WeightLayout> layout_of(const Node& node, const Dims& w) {
  if (w.rank() < 2 || w.count() == 0) return std::nullopt;
  WeightLayout l;
  if (is_op(node, "ConvTranspose")) {
    const std::int64_t groups = integer_of(node, "group", 1);
    if (groups < 1 || w[0] % groups != 0) return std::nullopt;
    l = {w[1] * groups, w[1], w.count(2, w.rank()), w.count() / groups};
  } else if (is_op(node, "Gemm") && integer_of(node, "transB", 0) == 0) {
    l = {w[1], w[1], 1, w.count()};
  } else {
    l = {w[0], w[0], w.count(1, w.rank()), w.count()};
  }
  return l;
}

// What a Gemm multiplies its third input by; 1 for convolutions.
double beta_of(const Node& node) {
  const AttributeValue* beta = is_op(node, "Gemm") ? node.attributes.find("beta") : nullptr;
  return beta && std::holds_alternative<float>(*beta) ? std::get<float>(*beta) : 1.0;
}

// The bias that `node` adds to each channel: zeros if it has none. nullopt: not constant, or not
// the same for each sample.
std::optional<std::vector<double>> bias_of(const Graph& graph, const Node& node,
                                           std::size_t channels) {
  std::vector<double> bias(channels, 0.0);
  if (node.inputs.size() < 3 || node.inputs[2] == ValueId::kNone) return bias;
  const auto values = constant_f32(graph, node.inputs[2]);
  if (!values || (values->size() != channels && values->size() != 1)) return std::nullopt;
  const Dims& dims = graph.value(node.inputs[2]).constant.dims();
  const std::int64_t last = dims.empty() ? 1 : dims[dims.rank() - 1];
  if (static_cast<std::size_t>(last) != values->size()) return std::nullopt;
  const double beta = beta_of(node);
  for (std::size_t i = 0; i < channels; ++i) {
    bias[i] = beta * (*values)[values->size() == 1 ? 0 : i];
  }
  return bias;
}

// nullopt, if a number does not fit into f32.
std::optional<Tensor> rounded(const std::vector<double>& values, const Dims& dims) {
  std::vector<float> out;
  for (const double v : values) {
    out.push_back(static_cast<float>(v));
    if (!std::isfinite(out.back())) return std::nullopt;
  }
  return Tensor::of<float>(dims, out);
}

std::optional<Tensor> scaled_weights(const Graph& graph, const Node& node, const Affine& a) {
  const auto weights = constant_f32(graph, node.inputs[1]);
  if (!weights) return std::nullopt;
  const Dims& dims = graph.value(node.inputs[1]).constant.dims();
  const auto layout = layout_of(node, dims);
  if (!layout || layout->channels != std::ssize(a.factor)) return std::nullopt;
  auto scaled = Tensor::zeros(DType::kF32, dims);
  if (!scaled) return std::nullopt;
  auto* to = scaled->mut().as<float>();
  const float* from = weights->data();
  bool finite = true;
  for (std::int64_t i = 0; i < std::ssize(*weights); i += layout->inner) {
    const double factor = a.factor[static_cast<std::size_t>(layout->channel(i))];
    for (std::int64_t j = i; j < i + layout->inner; ++j) {
      to[j] = static_cast<float>(double{from[j]} * factor);
      finite = finite && std::isfinite(to[j]);
    }
  }
  if (!finite) return std::nullopt;
  return *std::move(scaled);
}

// Puts `a` into the weights and bias of `into`, the only producer that `bn` alone reads.
// bytes_left: what new constants may take; decreased.
Result<bool> fold_into(Graph& graph, NodeId into, NodeId bn, const Affine& a,
                       const PassContext& context, std::uint64_t& bytes_left) {
  const Node& node = graph.node(into);
  if (!graph.is_constant(node.inputs[1])) return false;
  const std::uint64_t bytes = graph.value(node.inputs[1]).constant.bytes();
  if (bytes > bytes_left) return false;
  const auto bias = bias_of(graph, node, a.channels());
  const auto weights = scaled_weights(graph, node, a);
  if (!bias || !weights) return false;
  std::vector<double> shifted;
  for (std::size_t i = 0; i < a.channels(); ++i) {
    shifted.push_back((*bias)[i] * a.factor[i] + a.offset[i]);
  }
  const auto new_bias = rounded(shifted, {std::ssize(shifted)});
  if (!new_bias) return false;
  const std::string stem = graph.value(node.inputs[1]).name;
  const ValueId w = graph.add_constant(cat(stem, "_bn"), *weights);
  const ValueId b = graph.add_constant(cat(stem, "_bn_bias"), *new_bias);
  graph.set_input(into, 1, w);
  if (graph.node(into).inputs.size() < 3) graph.append_input(into, ValueId::kNone);
  graph.set_input(into, 2, b);
  bytes_left -= bytes;
  graph.node(into).attributes.erase("beta");
  MOTE_TRY(bind(graph.node(into), context.ops));
  replace_node(graph, bn, graph.node(into).outputs[0]);
  return true;
}

// The Conv, ConvTranspose or Gemm whose output only `bn` reads.
NodeId foldable_producer(const Graph& graph, NodeId bn) {
  const ValueId x = graph.node(bn).inputs[0];
  if (graph.only_user(x) != bn) return NodeId::kNone;
  for (const std::string_view op : {"Conv", "ConvTranspose", "Gemm"}) {
    if (const NodeId id = producer_if(graph, x, op); id != NodeId::kNone) return id;
  }
  return NodeId::kNone;
}

// x * factor + offset, with constants of shape [C, 1, ...].
Result<bool> to_product_and_sum(Graph& graph, NodeId bn, const Affine& a,
                                const PassContext& context) {
  const ValueId x = graph.node(bn).inputs[0];
  const TensorType& type = graph.value(x).type.tensor;
  if (type.dtype != DType::kF32 || type.rank() < 2) return false;
  Dims dims{std::ssize(a.factor)};
  for (int i = 2; i < type.rank(); ++i) dims.push_back(1);
  const auto factor = rounded(a.factor, dims);
  const auto offset = rounded(a.offset, dims);
  if (!factor || !offset) return false;
  const std::string stem = graph.value(graph.node(bn).outputs[0]).name;
  const ValueId f = graph.add_constant(cat(stem, "_factor"), *factor);
  const ValueId o = graph.add_constant(cat(stem, "_offset"), *offset);
  NodeAdder adder(graph, context.ops, bn);
  MOTE_ASSIGN(const ValueId product, adder.add("Mul", {x, f}, {}, cat(stem, "_scaled")));
  MOTE_ASSIGN(const ValueId sum, adder.add("Add", {product, o}, {}, cat(stem, "_shifted")));
  replace_node(graph, bn, sum);
  return true;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  std::uint64_t bytes_left = context.max_constant_bytes;
  for (const NodeId id : graph.node_ids()) {
    const Node& bn = graph.node(id);
    if (!is_op(bn, "BatchNormalization") || bn.inputs.size() != 5) continue;
    if (bn.outputs.size() != 1 || integer_of(bn, "training_mode", 0) != 0) continue;
    const auto affine = affine_of(graph, bn);
    if (!affine) continue;
    const NodeId into = foldable_producer(graph, id);
    bool folded = false;
    if (into != NodeId::kNone) {
      MOTE_ASSIGN(folded, fold_into(graph, into, id, *affine, context, bytes_left));
    }
    if (!folded) {
      MOTE_ASSIGN(folded, to_product_and_sum(graph, id, *affine, context));
    }
    changed |= folded;
  }
  return changed;
}

}  // namespace

extern const Pass kFoldBatchNorm;
constinit const Pass kFoldBatchNorm = {
    .name = "fold_batch_norm",
    .doc = "Puts batch normalisation into the weights before it, or makes it a product and a sum.",
    .run = run,
};

}  // namespace mote
