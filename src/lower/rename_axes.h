// Operators that name axes, as they read when they run before a transpose instead of after it.
#pragma once
#include <optional>
#include <vector>

#include "ir/graph.h"
#include "lower/layout.h"

namespace mote {

// True for Concat, Pad, Slice, Resize, Softmax, Split, ArgMax, the reductions and their like.
bool names_axes(const Node& node);

// Rewrites attributes and inputs of `node`, whose data input 0 lies behind a transpose by `perm`,
// for data without it. Returns the permutation that then makes its outputs what they were.
// nullopt: it names them in a way that is not understood; nothing is added to the graph then.
std::optional<Permutation> rename_axes(Graph& graph, const Node& node, const Permutation& perm,
                                       Attributes& attributes, std::vector<ValueId>& inputs);

}  // namespace mote
