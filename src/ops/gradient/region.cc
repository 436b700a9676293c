#include "ops/gradient/region.h"

#include <algorithm>

namespace mote {
namespace {

// The nodes that `y` is made by, back to those that make some of `xs`; each behind what it reads.
// Without recursion: models are deep.
std::vector<NodeId> makers_of(const Graph& graph, const std::vector<bool>& is_x, ValueId y) {
  struct Open {
    NodeId node;
    std::size_t next_input = 0;
  };
  std::vector<bool> seen(graph.node_slots());
  std::vector<Open> open;
  std::vector<NodeId> order;
  const auto enter = [&](ValueId v) {
    if (v == ValueId::kNone || is_x[static_cast<std::size_t>(v)]) return;
    const NodeId maker = graph.value(v).producer;
    if (maker == NodeId::kNone || seen[static_cast<std::size_t>(maker)]) return;
    seen[static_cast<std::size_t>(maker)] = true;
    open.push_back({maker});
  };
  enter(y);
  while (!open.empty()) {
    const NodeId node = open.back().node;
    const auto& inputs = graph.node(node).inputs;
    if (open.back().next_input < inputs.size()) {
      enter(inputs[open.back().next_input++]);
    } else {
      order.push_back(node);
      open.pop_back();
    }
  }
  return order;
}

}  // namespace

Region::Region(const Graph& graph, std::span<const ValueId> xs, ValueId y)
    : depends_(graph.value_count()) {
  std::vector<bool> is_x(graph.value_count());
  for (const ValueId x : xs) is_x[static_cast<std::size_t>(x)] = true;
  depends_ = is_x;
  for (const NodeId node : makers_of(graph, is_x, y)) {
    const bool dependent =
        std::ranges::any_of(graph.node(node).inputs, [&](ValueId v) { return depends(v); });
    if (!dependent) continue;
    nodes_.push_back(node);
    for (const ValueId v : graph.node(node).outputs) {
      if (v != ValueId::kNone) depends_[static_cast<std::size_t>(v)] = true;
    }
  }
}

}  // namespace mote
