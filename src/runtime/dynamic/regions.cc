#include "runtime/dynamic/regions.h"

#include <algorithm>
#include <map>
#include <set>

namespace mote {
namespace {

// Takes nodes whose inputs are there: all static ones that there are, then the first other.
class Grouping {
 public:
  Grouping(const Graph& graph, const TypeInference& types)
      : graph_(graph), order_(graph.node_ids()) {
    static_.resize(graph.node_slots());
    missing_.resize(graph.node_slots());
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const NodeId id = order_[i];
      rank_[id] = i;
      static_[index(id)] = may_be_static(graph.node(id), types);
      for (const ValueId v : graph.node(id).inputs) {
        if (v != ValueId::kNone && graph.value(v).producer != NodeId::kNone) ++missing_[index(id)];
      }
      if (missing_[index(id)] == 0) make_ready(id);
    }
  }

  std::vector<NodeGroup> run() {
    std::vector<NodeGroup> groups;
    while (!ready_static_.empty() || !ready_other_.empty()) {
      NodeGroup group{!ready_static_.empty(), {}};
      std::set<std::size_t>& ready = group.is_static ? ready_static_ : ready_other_;
      do {
        const NodeId id = order_[*ready.begin()];
        ready.erase(ready.begin());
        group.nodes.push_back(id);
        finish(id);
      } while (group.is_static && !ready.empty());
      groups.push_back(std::move(group));
    }
    return groups;
  }

 private:
  static std::size_t index(NodeId id) { return static_cast<std::size_t>(id); }

  void make_ready(NodeId id) {
    (static_[index(id)] ? ready_static_ : ready_other_).insert(rank_.at(id));
  }

  void finish(NodeId id) {
    for (const ValueId v : graph_.node(id).outputs) {
      if (v == ValueId::kNone) continue;
      for (const Use& use : graph_.value(v).uses) {
        if (--missing_[index(use.node)] == 0) make_ready(use.node);
      }
    }
  }

  const Graph& graph_;
  const std::vector<NodeId> order_;
  std::map<NodeId, std::size_t> rank_;  // place in order_
  std::vector<bool> static_;
  std::vector<int> missing_;                          // inputs that are not made yet
  std::set<std::size_t> ready_static_, ready_other_;  // by rank
};

}  // namespace

std::vector<NodeGroup> group_nodes(const Graph& graph, const TypeInference& types) {
  return Grouping(graph, types).run();
}

RegionGraph extract_region(const Graph& graph, const TypeInference& types,
                           std::span<const NodeId> nodes) {
  RegionGraph region;
  std::map<ValueId, ValueId> inner;
  const auto read = [&](ValueId v) {
    if (v == ValueId::kNone) return v;
    if (const auto it = inner.find(v); it != inner.end()) return it->second;
    const Value& value = graph.value(v);
    if (value.constant) return inner[v] = region.graph.add_constant(value.name, value.constant);
    region.inputs.push_back(v);
    return inner[v] = region.graph.add_input(value.name, types.known(v).type);
  };
  for (const NodeId id : nodes) {
    Node node = graph.node(id);
    for (ValueId& v : node.inputs) v = read(v);
    for (ValueId& v : node.outputs) {
      if (v != ValueId::kNone) v = inner[v] = region.graph.add_value(graph.value(v).name);
    }
    region.graph.add_node(std::move(node));
  }
  const std::set<NodeId> inside(nodes.begin(), nodes.end());
  for (const NodeId id : nodes) {
    for (const ValueId v : graph.node(id).outputs) {
      if (v == ValueId::kNone) continue;
      const bool read_outside = std::ranges::any_of(
          graph.value(v).uses, [&](const Use& use) { return !inside.contains(use.node); });
      if (!read_outside && !graph.is_output(v)) continue;
      region.outputs.push_back(v);
      region.graph.add_output({inner[v], graph.value(v).name, {}, {}});
    }
  }
  return region;
}

}  // namespace mote
