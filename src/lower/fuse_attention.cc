// Attention that exporters write as products and a softmax becomes one operator, which never holds
// all scores:
//   Softmax(MatMul(q, k^T) * scale + mask) · v
// Rows whose mask is -inf throughout give zeros, where their softmax would be NaN.
#include <algorithm>
#include <cmath>

#include "lower/layout.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

const Permutation kHeadsFirst = {0, 2, 1, 3};  // [B, L, H, D] to [B, H, L, D]
const Permutation kKeysLast = {0, 2, 3, 1};    // [B, S, H, D] to [B, H, D, S]
const Permutation kLastTwo = {0, 1, 3, 2};

struct Match {
  ValueId q = ValueId::kNone;       // [B, H, L, D]
  ValueId k_last = ValueId::kNone;  // [B, H, D, S]
  ValueId v = ValueId::kNone;       // [B, H, S, Dv]
  ValueId mask = ValueId::kNone;    // to [B, H, L, S]
  float scale = 1.0F;
};

std::optional<Dims> f32_dims(const Graph& graph, ValueId v) {
  const TensorType& type = graph.value(v).type.tensor;
  return type.dtype == DType::kF32 ? type.dims() : std::nullopt;
}

// Four sizes each, none of them 0, that belong together without repeating.
bool sizes_fit(const Graph& graph, const Match& m) {
  const auto q = f32_dims(graph, m.q), k = f32_dims(graph, m.k_last), v = f32_dims(graph, m.v);
  for (const auto* dims : {&q, &k, &v}) {
    if (!*dims || (*dims)->rank() != 4 || (*dims)->count() == 0) return false;
  }
  for (int i = 0; i < 2; ++i) {
    if ((*q)[i] != (*k)[i] || (*q)[i] != (*v)[i]) return false;
  }
  if ((*q)[3] != (*k)[2] || (*k)[3] != (*v)[2]) return false;
  if (m.mask == ValueId::kNone) return true;
  const auto mask = f32_dims(graph, m.mask);
  if (!mask || mask->rank() > 4 || mask->rank() == 0) return false;
  const Dims scores{(*q)[0], (*q)[1], (*q)[2], (*k)[3]};
  for (int i = 1; i <= mask->rank(); ++i) {
    const std::int64_t size = (*mask)[mask->rank() - i], whole = scores[4 - i];
    if (size != whole && (size != 1 || i == 1)) return false;
  }
  return true;
}

// Goes from `value` to what it is computed from as long as only one node reads each: a product or a
// quotient by a scalar, the sum with a mask. kNone: it cannot be the scores.
ValueId scores_below(const Graph& graph, ValueId value, Match& m) {
  for (;;) {
    if (graph.only_user(value) == NodeId::kNone) return ValueId::kNone;
    const NodeId producer = graph.value(value).producer;
    if (producer == NodeId::kNone) return ValueId::kNone;
    const Node& node = graph.node(producer);
    if (is_op(node, "MatMul")) return value;
    const bool product = is_op(node, "Mul");
    if (product || is_op(node, "Div")) {
      const std::size_t other = product && scalar_f32(graph, node.inputs[0]) ? 0 : 1;
      const auto factor = scalar_f32(graph, node.inputs[other]);
      if (!factor) return ValueId::kNone;
      m.scale = product ? m.scale * *factor : m.scale / *factor;
      value = node.inputs[1 - other];
    } else if (is_op(node, "Add") && m.mask == ValueId::kNone && m.scale == 1.0F) {
      const bool first = graph.value(node.inputs[0]).producer != NodeId::kNone &&
                         graph.only_user(node.inputs[0]) != NodeId::kNone &&
                         f32_dims(graph, node.inputs[0]) == f32_dims(graph, value);
      m.mask = node.inputs[first ? 1 : 0];
      value = node.inputs[first ? 0 : 1];
    } else {
      return ValueId::kNone;
    }
  }
}

// `id`: the product with the values.
std::optional<Match> match(const Graph& graph, NodeId id) {
  const Node& last = graph.node(id);
  if (!is_op(last, "MatMul")) return std::nullopt;
  const ValueId shares = last.inputs[0];
  const NodeId softmax = producer_if(graph, shares, "Softmax");
  if (softmax == NodeId::kNone || graph.only_user(shares) == NodeId::kNone) return std::nullopt;
  const std::int64_t axis = integer_of(graph.node(softmax), "axis", -1);
  if (axis != -1 && axis != 3) return std::nullopt;
  Match m;
  m.v = last.inputs[1];
  const ValueId scores = scores_below(graph, graph.node(softmax).inputs[0], m);
  if (scores == ValueId::kNone || !std::isfinite(m.scale)) return std::nullopt;
  const Node& product = graph.node(graph.value(scores).producer);
  m.q = product.inputs[0];
  m.k_last = product.inputs[1];
  if (!sizes_fit(graph, m)) return std::nullopt;
  return m;
}

// Writes the nodes that take the place of the matched ones.
class AttentionWriter {
 public:
  AttentionWriter(Graph& graph, const OpSet& ops, NodeId before, const Match& m)
      : graph_(graph),
        add_(graph, ops, before),
        m_(m),
        name_(graph.value(graph.node(before).outputs[0]).name) {}

  Result<ValueId> write() {
    const TransposedValue q = look_through_transpose(graph_, m_.q);
    const TransposedValue k = look_through_transpose(graph_, m_.k_last);
    const TransposedValue v = look_through_transpose(graph_, m_.v);
    Attributes attributes;
    attributes.set("scale", m_.scale);
    if (q.perm == kHeadsFirst && k.perm == kKeysLast && v.perm == kHeadsFirst) {
      return flat(q.source, k.source, v.source, std::move(attributes));
    }
    ValueId keys = k.source;
    if (k.perm == kKeysLast) {
      MOTE_ASSIGN(keys, add_.add("Transpose", {keys}, {{"perm", kHeadsFirst}}, name_ + "_k"));
    } else if (k.perm != kLastTwo) {
      MOTE_ASSIGN(keys, add_.add("Transpose", {m_.k_last}, {{"perm", kLastTwo}}, name_ + "_k"));
    }
    return attention({m_.q, keys, m_.v}, std::move(attributes));
  }

 private:
  Result<ValueId> attention(std::vector<ValueId> inputs, Attributes attributes) {
    if (m_.mask != ValueId::kNone) inputs.push_back(m_.mask);
    return add_.add("Attention", std::move(inputs), std::move(attributes), name_);
  }

  Result<ValueId> reshaped(ValueId value, const std::vector<std::int64_t>& sizes) {
    const ValueId shape =
        graph_.add_constant(name_ + "_shape", Tensor::of<std::int64_t>({std::ssize(sizes)}, sizes));
    return add_.add("Reshape", {value, shape}, {}, name_);
  }

  // [B, L, H, D] are [B, L, H * D] as they lie: nothing is transposed.
  Result<ValueId> flat(ValueId q, ValueId k, ValueId v, Attributes attributes) {
    const Dims queries = *f32_dims(graph_, m_.q), values = *f32_dims(graph_, m_.v);
    const std::int64_t heads = queries[1];
    std::vector<ValueId> inputs;
    for (const ValueId value : {q, k, v}) {
      const Dims d = *f32_dims(graph_, value);
      MOTE_ASSIGN(const ValueId together, reshaped(value, {d[0], d[1], d[2] * d[3]}));
      inputs.push_back(together);
    }
    attributes.set("q_num_heads", heads);
    attributes.set("kv_num_heads", heads);
    MOTE_ASSIGN(ValueId y, attention(std::move(inputs), std::move(attributes)));
    MOTE_ASSIGN(y, reshaped(y, {queries[0], queries[2], heads, values[3]}));
    return add_.add("Transpose", {y}, {{"perm", kHeadsFirst}}, name_);
  }

  Graph& graph_;
  NodeAdder add_;
  const Match& m_;
  std::string name_;
};

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    const auto m = match(graph, id);
    if (!m) continue;
    MOTE_ASSIGN(const ValueId y, AttentionWriter(graph, context.ops, id, *m).write());
    replace_node(graph, id, y);
    changed = true;
  }
  return changed;
}

}  // namespace

extern const Pass kFuseAttention;
constinit const Pass kFuseAttention = {
    .name = "fuse_attention",
    .doc = "Makes one Attention of its products, softmax, scale and mask.",
    .run = run,
};

}  // namespace mote
