// Two operators in a row that only move or rename elements become one.
#include <algorithm>
#include <numeric>
#include <optional>

#include "base/text.h"
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

// What a Slice cuts, if all of that is known: an entry for each axis, of [0, rank).
struct Cuts {
  std::vector<std::int64_t> starts, ends, axes, steps;
};

std::optional<std::vector<std::int64_t>> integers_in(const Graph& graph, ValueId value) {
  if (!graph.is_constant(value)) return std::nullopt;
  const Tensor& list = graph.value(value).constant;
  std::vector<std::int64_t> integers;
  const auto append = [&](const auto& values) { integers.assign(values.begin(), values.end()); };
  if (list.dtype() == DType::kS64) {
    append(list.values<std::int64_t>());
  } else {
    append(list.values<std::int32_t>());
  }
  return integers;
}

std::optional<Cuts> cuts_of(const Graph& graph, const Node& node) {
  const int rank = graph.value(node.inputs[0]).type.tensor.rank();
  std::vector<std::int64_t> lists[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const bool present = i + 1 < node.inputs.size() && node.inputs[i + 1] != ValueId::kNone;
    auto list = present ? integers_in(graph, node.inputs[i + 1]) : std::vector<std::int64_t>();
    if (!list || (i < 2 && !present)) return std::nullopt;
    lists[i] = *std::move(list);
    if (present) continue;
    lists[i].resize(lists[0].size(), 1);
    if (i == 2) std::iota(lists[i].begin(), lists[i].end(), 0);
  }
  for (std::int64_t& axis : lists[2]) axis += axis < 0 ? rank : 0;
  const bool whole = rank >= 0 && std::ranges::all_of(lists, [&](const auto& list) {
                       return list.size() == lists[0].size();
                     });
  if (!whole) return std::nullopt;
  return Cuts{lists[0], lists[1], lists[2], lists[3]};
}

// Slices of different axes.
bool merge_slices(Graph& graph, NodeId id) {
  const NodeId before = producer_if(graph, graph.node(id).inputs[0], "Slice");
  if (before == NodeId::kNone) return false;
  auto cuts = cuts_of(graph, graph.node(before));
  const auto more = cuts_of(graph, graph.node(id));
  if (!cuts || !more) return false;
  for (const std::int64_t axis : more->axes) {
    if (std::ranges::count(cuts->axes, axis) > 0) return false;
  }
  const auto add = [&](std::string_view what, std::vector<std::int64_t>& list,
                       const std::vector<std::int64_t>& others) {
    list.insert(list.end(), others.begin(), others.end());
    return graph.add_constant(cat(graph.node(id).name, "_", what),
                              Tensor::of<std::int64_t>({std::ssize(list)}, list));
  };
  const ValueId inputs[] = {graph.node(before).inputs[0], add("starts", cuts->starts, more->starts),
                            add("ends", cuts->ends, more->ends),
                            add("axes", cuts->axes, more->axes),
                            add("steps", cuts->steps, more->steps)};
  graph.set_inputs(id, inputs);
  return true;
}

Result<bool> run(Graph& graph, const PassContext& context) {
  bool changed = false;
  for (const NodeId id : graph.node_ids()) {
    if (is_op(graph.node(id), "Transpose")) changed |= merge_transposes(graph, id, context);
    if (is_op(graph.node(id), "Reshape")) changed |= merge_reshapes(graph, id);
    if (is_op(graph.node(id), "Slice")) changed |= merge_slices(graph, id);
  }
  return changed;
}

}  // namespace

extern const Pass kMergeMovement;
constinit const Pass kMergeMovement = {
    .name = "merge_movement",
    .doc = "Makes one of two transposes, two reshapes, or two slices of different axes, in a row.",
    .run = run,
};

}  // namespace mote
