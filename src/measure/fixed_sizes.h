// Open sizes of a model's inputs, stated.
#pragma once
#include <span>

#include "ir/graph.h"
#include "mote/tensor.h"

namespace mote {

// Gives the graph's inputs these sizes, one entry for each; types of all other values follow.
// Errors: kInvalidArgument: as many sizes as declared, or other sizes, are not stated; those of
// inference.
Status fix_sizes(Graph& graph, std::span<const Dims> sizes);

}  // namespace mote
