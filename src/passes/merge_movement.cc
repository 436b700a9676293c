// Two operators in a row that only move or rename elements become one.
#include <algorithm>
#include <numeric>
#include <optional>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

// Reversed where the node says nothing. Empty: unknown, or no permutation.
std::vector<std::int64_t> permutation_of(const Graph& graph, const Node& node) {
  const int rank = graph.value(node.inputs[0]).type.tensor.rank();
  std::vector<std::int64_t> reversed(static_cast<std::size_t>(std::max(rank, 0)));
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  std::vector<std::int64_t> perm = integers_of(node, "perm", reversed);
  std::vector<std::int64_t> sorted = perm;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] != static_cast<std::int64_t>(i)) return {};
  }
  return perm;
}

// Output axis i of the second is axis first[second[i]] of what the first reads.
bool merge_transposes(Graph& graph, NodeId id, const PassContext& context) {
  const NodeId before = producer_if(graph, graph.node(id).inputs[0], "Transpose");
  if (before == NodeId::kNone) return false;
  const auto first = permutation_of(graph, graph.node(before));
  const auto second = permutation_of(graph, graph.node(id));
  if (first.empty() || first.size() != second.size()) return false;
  std::vector<std::int64_t> both;
  for (const std::int64_t axis : second) both.push_back(first[static_cast<std::size_t>(axis)]);
  Node& node = graph.node(id);
  node.attributes.set("perm", std::move(both));
  if (!bind(node, context.ops)) return false;
  graph.set_input(id, 0, graph.node(before).inputs[0]);
  return true;
}

// A size of 0 may mean "as in the input", which would be another input's.
bool shape_stands_alone(const Graph& graph, const Node& node) {
  if (!graph.is_constant(node.inputs[1])) return false;
  const Tensor& shape = graph.value(node.inputs[1]).constant;
  return shape.dtype() == DType::kS64 && std::ranges::count(shape.values<std::int64_t>(), 0) == 0;
}

bool merge_reshapes(Graph& graph, NodeId id) {
  if (!shape_stands_alone(graph, graph.node(id))) return false;
  for (const std::string_view op : {"Reshape", "Flatten", "Squeeze", "Unsqueeze"}) {
    const NodeId before = producer_if(graph, graph.node(id).inputs[0], op);
    if (before == NodeId::kNone) continue;
    graph.set_input(id, 0, graph.node(before).inputs[0]);
    return true;
  }
  return false;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    if (is_op(graph.node(id), "Transpose")) changed |= merge_transposes(graph, id, context);
    if (is_op(graph.node(id), "Reshape")) changed |= merge_reshapes(graph, id);
  }
  return changed;
}

}  // namespace

extern const Pass kMergeMovement;
constinit const Pass kMergeMovement = {
    .name = "merge_movement",
    .doc = "Makes one of two transposes, or of two reshapes, in a row.",
    .run = run,
};

}  // namespace mote
