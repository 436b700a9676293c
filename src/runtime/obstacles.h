// Everything that keeps a graph from running, with the nearest way out.
#pragma once
#include <vector>

#include "ir/model_def.h"
#include "mote/obstacle.h"

namespace mote {

// Adds to `found`, which holds what reading found already: nodes without operator, subgraphs'
// among them, and inputs that cannot be fed; then states mends.
void find_obstacles(const Graph& graph, std::span<const OpsetImport> opsets,
                    std::vector<Obstacle>& found);

}  // namespace mote
