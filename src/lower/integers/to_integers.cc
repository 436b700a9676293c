// From DequantizeLinear → operator → QuantizeLinear to operators of integers. What follows the
// operator and keeps the order of numbers (Relu, Clip) becomes bounds of its result; what moves
// elements moves quantized ones. Operators that are of integers already get the kernels' layout.
#include <algorithm>
#include <limits>
#include <map>

#include "lower/integers/movement.h"
#include "lower/integers/rewriting.h"
#include "lower/integers/tables.h"
#include "passes/pass.h"

namespace mote {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

// What stands between an operator and QuantizeLinear.
struct Tail {
  ValueId value = ValueId::kNone;  // the operator's result
  float low = -kInf, high = kInf;
  std::vector<NodeId> moves;  // the first first
};

// A bound of Clip; nullopt: not known.
std::optional<float> bound(const Graph& graph, const Node& clip, std::size_t i, float open) {
  if (i >= clip.inputs.size() || clip.inputs[i] == ValueId::kNone) return open;
  return scalar_f32(graph, clip.inputs[i]);
}

// Puts a clamp before those of `tail`. False: `node` is none.
bool take_clamp(const Graph& graph, const Node& node, Tail& tail) {
  std::optional<float> low = 0.0F, high = kInf;
  if (is_op(node, "Clip")) {
    low = bound(graph, node, 1, -kInf);
    high = bound(graph, node, 2, kInf);
  } else if (!is_op(node, "Relu")) {
    return false;
  }
  if (!low || !high || !(*low <= *high)) return false;
  const float after_low = tail.low, after_high = tail.high;
  tail.low = std::clamp(*low, after_low, after_high);
  tail.high = std::clamp(*high, after_low, after_high);
  return true;
}

Tail tail_of(const Graph& graph, ValueId value) {
  Tail tail;
  tail.value = value;
  for (;;) {
    const NodeId id = graph.value(tail.value).producer;
    if (id == NodeId::kNone || graph.only_user(tail.value) == NodeId::kNone) return tail;
    const Node& node = graph.node(id);
    if (only_moves(node) || only_takes_greatest(node) || only_takes_nearest(node)) {
      tail.moves.insert(tail.moves.begin(), id);
    } else if (!take_clamp(graph, node, tail)) {
      return tail;
    }
    tail.value = node.inputs[0];
  }
}

// Adding one number for each filter or column to the result of `node`, a convolution or product.
bool is_bias_of(const Graph& graph, const Node& node, ValueId bias) {
  const auto out = graph.value(node.outputs[0]).type.tensor.dims();
  const auto dims = graph.value(bias).type.tensor.dims();
  if (!out || !dims || dims->empty()) return false;
  const int axis = is_op(node, "Conv") ? 1 : out->rank() - 1;
  const int at = axis - (out->rank() - dims->rank());  // in `dims`
  const std::int64_t size = (*out)[axis];
  return at >= 0 && dims->rank() <= out->rank() && (*dims)[at] == size && dims->count() == size &&
         real_values(graph, bias).has_value();
}

class IntegerPass {
 public:
  IntegerPass(Graph& graph, const PassContext& context) : graph_(graph), context_(context) {}

  Result<bool> run() {
    bool changed = false;
    for (const NodeId id : graph_.node_ids()) changed |= share(id);
    for (const NodeId id : graph_.node_ids()) {
      const bool quantizes = is_quantize(graph_.node(id));
      MOTE_ASSIGN(const bool rewritten, quantizes ? rewrite(id) : rewrite_qlinear(id));
      changed |= rewritten;
    }
    return changed;
  }

 private:
  // Readers of a node that does just what an earlier one does read that.
  bool share(NodeId id) {
    constexpr std::size_t kMost = 8;
    const auto y = quantized_by(graph_, id);
    if (!y) return false;
    std::vector<QuantizedValue>& earlier = quantized_[graph_.node(id).inputs[0]];
    for (const QuantizedValue& other : earlier) {
      const bool same = other.dtype == y->dtype && other.affine.scale == y->affine.scale &&
                        other.affine.zero_point == y->affine.zero_point;
      if (!same) continue;
      replace_node(graph_, id, other.q);
      return true;
    }
    if (earlier.size() < kMost) earlier.push_back(*y);
    return false;
  }

  // Operators that are of integers already.
  Result<bool> rewrite_qlinear(NodeId id) {
    const Node node = graph_.node(id);  // a copy: adding nodes moves them
    NodeAdder add(graph_, context_.ops, id);
    MOTE_ASSIGN(const ValueId q, integer_qlinear(graph_, add, node));
    if (q != ValueId::kNone) replace_node(graph_, id, q);
    return q != ValueId::kNone;
  }

  Result<bool> rewrite(NodeId id) {
    const auto y = quantized_by(graph_, id);
    if (!y) return false;
    const ValueId value = graph_.node(id).inputs[0];
    NodeAdder add(graph_, context_.ops, id);
    const std::string name = graph_.value(y->q).name;
    if (const auto t = tabulate(graph_, value, *y)) {
      const IntegerRewrite r{graph_, add, *y, range_of(y->dtype), name};
      ValueId q = t->x.q;
      if (!t->is_identity(y->dtype)) {
        MOTE_ASSIGN(q, r.lookup(q, y->dtype, t->table));
      }
      replace_node(graph_, id, q);
      return true;
    }
    return rewrite_operator(id, *y, tail_of(graph_, value), add);
  }

  Result<bool> rewrite_operator(NodeId id, const QuantizedValue& y, const Tail& tail,
                                NodeAdder& add) {
    const IntegerRange whole = range_of(y.dtype);
    const auto element = [&](float bound) {
      return quantized(bound / y.affine.scale, y.affine.zero_point, whole);
    };
    const IntegerRewrite r{
        graph_, add, y, {element(tail.low), element(tail.high)}, graph_.value(y.q).name};
    MOTE_ASSIGN(ValueId q, integers_of(r, tail.value));
    if (q == ValueId::kNone) return false;
    for (const NodeId move : tail.moves) {
      const Node node = graph_.node(move);
      std::vector<ValueId> inputs = node.inputs;
      inputs[0] = q;
      MOTE_ASSIGN(q, add.add(node.op_type, std::move(inputs), node.attributes, r.name));
    }
    replace_node(graph_, id, q);
    return true;
  }

  // The elements of r.y for `value`, which nobody else may need; kNone: not to be had.
  Result<ValueId> integers_of(const IntegerRewrite& r, ValueId value) {
    const NodeId id = graph_.value(value).producer;
    if (id == NodeId::kNone) return ValueId::kNone;
    // Behind movement there may be a function of one value.
    if (const auto t = tabulate(graph_, value, r.y)) {
      MOTE_ASSIGN(const ValueId q, r.lookup(t->x.q, r.y.dtype, t->table));
      return r.clamped(q);
    }
    if (graph_.only_user(value) == NodeId::kNone) return ValueId::kNone;
    const Node node = graph_.node(id);  // a copy: adding nodes moves them
    if (is_op(node, "Conv")) return integer_conv(r, node, ValueId::kNone);
    if (is_op(node, "Gemm") || is_op(node, "MatMul")) {
      return integer_product(r, node, ValueId::kNone);
    }
    if (is_op(node, "AveragePool") || is_op(node, "GlobalAveragePool") ||
        is_op(node, "ReduceMean")) {
      return integer_mean(r, node);
    }
    if (is_op(node, "Concat")) return integer_concat(r, node);
    if (is_op(node, "Add")) {
      MOTE_ASSIGN(const ValueId q, with_bias(r, node));
      if (q != ValueId::kNone) return q;
    }
    if (is_op(node, "Add") || is_op(node, "Sub") || is_op(node, "Mul")) {
      return integer_arithmetic(r, node);
    }
    return ValueId::kNone;
  }

  // A convolution or product and the constant that is added to it.
  Result<ValueId> with_bias(const IntegerRewrite& r, const Node& sum) {
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
      const ValueId value = sum.inputs[side], bias = sum.inputs[1 - side];
      const NodeId id = graph_.value(value).producer;
      if (id == NodeId::kNone || graph_.only_user(value) == NodeId::kNone) continue;
      const Node node = graph_.node(id);
      const bool conv = is_op(node, "Conv");
      if (!conv && !is_op(node, "MatMul") && !is_op(node, "Gemm")) continue;
      if (!is_bias_of(graph_, node, bias)) continue;
      return conv ? integer_conv(r, node, bias) : integer_product(r, node, bias);
    }
    return ValueId::kNone;
  }

  Graph& graph_;
  const PassContext& context_;
  std::map<ValueId, std::vector<QuantizedValue>> quantized_;  // a few ways of each value
};

Result<bool> run(Graph& graph, const PassContext& context) {
  return IntegerPass(graph, context).run();
}

}  // namespace

extern const Pass kToIntegers;
constinit const Pass kToIntegers = {
    .name = "to_integers",
    .doc = "Computes with integers between DequantizeLinear and QuantizeLinear.",
    .run = run,
};

}  // namespace mote
