// Which nodes of a dynamic graph are planned together, and as what graph.
#pragma once
#include <vector>

#include "runtime/plan.h"

namespace mote {

// The nodes in an order in which they may run, in groups: those of one group all may be static, or
// the group is one node that is not. Static nodes go as early as they can, so that groups are few.
struct NodeGroup {
  bool is_static;
  std::vector<NodeId> nodes;
};
std::vector<NodeGroup> group_nodes(const Graph& graph, const TypeInference& types);

// A graph of some nodes.
struct RegionGraph {
  Graph graph;
  std::vector<ValueId> inputs, outputs;  // in the graph around it, as the graph's own
};
// Outputs are the values that others read. Requires: types of all values are known.
RegionGraph extract_region(const Graph& graph, const TypeInference& types,
                           std::span<const NodeId> nodes);

}  // namespace mote
