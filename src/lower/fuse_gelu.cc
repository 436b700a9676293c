// Gelu as exporters write it, 0.5 * x * (1 + erf(x / sqrt(2))) in any order, becomes one node.
#include <cmath>
#include <initializer_list>
#include <optional>
#include <utility>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

bool is_near(std::optional<float> scalar, float wanted) {
  return scalar && std::abs(*scalar - wanted) <= 1e-6F;
}

// The other factor of a product by a constant near `factor`; kNone if `value` is none.
ValueId without_factor(const Graph& graph, ValueId value, float factor) {
  const NodeId id = producer_if(graph, value, "Mul");
  if (id == NodeId::kNone) return ValueId::kNone;
  const auto& inputs = graph.node(id).inputs;
  if (is_near(scalar_f32(graph, inputs[0]), factor)) return inputs[1];
  return is_near(scalar_f32(graph, inputs[1]), factor) ? inputs[0] : ValueId::kNone;
}

// x of x / sqrt(2), as a quotient or a product.
ValueId over_root_two(const Graph& graph, ValueId value) {
  const float root = std::sqrt(2.0F);
  const NodeId id = producer_if(graph, value, "Div");
  if (id == NodeId::kNone) return without_factor(graph, value, 1.0F / root);
  const auto& inputs = graph.node(id).inputs;
  return is_near(scalar_f32(graph, inputs[1]), root) ? inputs[0] : ValueId::kNone;
}

// x of 1 + erf(x / sqrt(2)).
ValueId gate_of(const Graph& graph, ValueId value) {
  const NodeId sum = producer_if(graph, value, "Add");
  if (sum == NodeId::kNone) return ValueId::kNone;
  const auto& inputs = graph.node(sum).inputs;
  const bool first = scalar_f32(graph, inputs[0]) == 1.0F;
  if (!first && scalar_f32(graph, inputs[1]) != 1.0F) return ValueId::kNone;
  const NodeId erf = producer_if(graph, inputs[first ? 1 : 0], "Erf");
  if (erf == NodeId::kNone) return ValueId::kNone;
  return over_root_two(graph, graph.node(erf).inputs[0]);
}

// x, if `value` is x * (1 + erf(x / sqrt(2))).
ValueId twice_gelu(const Graph& graph, ValueId value) {
  const NodeId id = producer_if(graph, value, "Mul");
  if (id == NodeId::kNone) return ValueId::kNone;
  const auto& inputs = graph.node(id).inputs;
  if (gate_of(graph, inputs[0]) == inputs[1]) return inputs[1];
  return gate_of(graph, inputs[1]) == inputs[0] ? inputs[0] : ValueId::kNone;
}

// x, if `value` is gelu(x): the half may be of the whole, of x, or of the gate.
ValueId gelu_of(const Graph& graph, ValueId value) {
  if (const ValueId whole = without_factor(graph, value, 0.5F); whole != ValueId::kNone) {
    return twice_gelu(graph, whole);
  }
  const NodeId id = producer_if(graph, value, "Mul");
  if (id == NodeId::kNone) return ValueId::kNone;
  const ValueId a = graph.node(id).inputs[0], b = graph.node(id).inputs[1];
  for (const auto& [gate, x] : {std::pair(a, b), std::pair(b, a)}) {
    const ValueId of_half = without_factor(graph, x, 0.5F);
    if (of_half != ValueId::kNone && gate_of(graph, gate) == of_half) return of_half;
    const ValueId half_gate = without_factor(graph, gate, 0.5F);
    if (half_gate != ValueId::kNone && gate_of(graph, half_gate) == x) return x;
  }
  return ValueId::kNone;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    if (!is_op(graph.node(id), "Mul")) continue;
    const ValueId y = graph.node(id).outputs[0];
    const ValueId x = gelu_of(graph, y);
    // Constants of a higher rank would have widened it.
    const auto dims = x == ValueId::kNone ? std::nullopt : graph.value(x).type.tensor.dims();
    if (!dims || dims != graph.value(y).type.tensor.dims()) continue;
    NodeAdder add(graph, context.ops, id);
    MOTE_ASSIGN(const ValueId gelu, add.add("Gelu", {x}, {}, graph.value(y).name));
    replace_node(graph, id, gelu);
    changed = true;
  }
  return changed;
}

}  // namespace

extern const Pass kFuseGelu;
constinit const Pass kFuseGelu = {
    .name = "fuse_gelu",
    .doc = "Makes one Gelu of its products, sum and Erf.",
    .run = run,
};

}  // namespace mote
