// Which nodes keep a model from having one plan with all sizes known, and why.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "ir/graph.h"

namespace mote::cli {

struct DynamicNode {
  std::string node;
  std::string op;
  std::string why;
};

struct DynamicNodes {
  std::vector<DynamicNode> roots;  // where it starts
  int followers = 0;               // nodes that are dynamic because something before them is
};

// For inputs of these sizes. Errors: kInvalidArgument: sizes that the graph does not take.
Result<DynamicNodes> find_dynamic_nodes(Graph graph, std::span<const Dims> input_dims);

}  // namespace mote::cli
