// Which intermediate values are looked at together.
#pragma once
#include <span>
#include <vector>

#include "measure/parity/match.h"

namespace mote {

// Consecutive layers whose values in both models take at most max_bytes together, for inputs of
// graph `a` of these sizes; at least one each. Values whose sizes only running tells count an
// eighth of it.
std::vector<std::span<const LayerPair>> group_layers(std::span<const LayerPair> layers, Graph a,
                                                     std::span<const Dims> input_dims,
                                                     std::uint64_t max_bytes);

}  // namespace mote
