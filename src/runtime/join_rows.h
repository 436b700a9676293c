// Joining steps that work on image rows into chains.
#pragma once
#include <memory>
#include <vector>

#include "ir/graph.h"
#include "ir/step.h"

namespace mote {

// A step of a plan before its values have places: of one node, or of several that run as one.
struct PreparedStep {
  std::vector<NodeId> nodes;  // in the order in which they run
  std::vector<ValueId> inputs, outputs;
  std::unique_ptr<const Step> step;  // null: a view
  std::int64_t macs = 0;
};

// For whom chains are made.
struct RowChainTarget {
  std::int64_t l2_bytes = 512 << 10;  // of one core's cache
  int threads = 1;
};

// Puts steps of which each is the only one that reads its predecessor's output into chains
// (row_chain.h), where what lies between is too large for the cache. A chain takes the place of its
// last step.
void join_rows(const Graph& graph, const RowChainTarget& target, std::vector<PreparedStep>& steps);

}  // namespace mote
