// The rules that every graph keeps between rewrites.
#pragma once
#include "ir/graph.h"

namespace mote {

// Each value read is made before (SSA, order, no cycle), use lists and producers agree with the
// nodes, names are unique, captures match, parameters are parsed, numbers of inputs and outputs
// are what operators take, subgraphs too (at most 32 deep).
// Errors: kInternal, naming the node and the rule.
Status verify(const Graph& graph);

}  // namespace mote
