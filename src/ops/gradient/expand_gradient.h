#pragma once
#include "ir/inference.h"

namespace mote {

// Gradient nodes name values of the graph: one becomes what it stands for, while these have the
// names of the file. Of other nodes the types are inferred. Errors: those of either.
Status expand_gradient(Graph& graph, NodeId id, TypeInference& types);

}  // namespace mote
