// Operators that work element by element, with multidirectional broadcasting.
#pragma once
#include "ir/graph.h"

namespace mote {

// True for a bound node whose one output is such a function of all its inputs.
bool is_elementwise(const Graph& graph, const Node& node);

}  // namespace mote
