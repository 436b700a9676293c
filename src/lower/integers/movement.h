// Operators that give elements of their input 0 as they are, whatever the elements mean.
#pragma once
#include "ir/graph.h"

namespace mote {

// True for a bound node of one output that only moves elements of input 0. Other inputs are no
// data.
bool only_moves(const Node& node);
// The same for Resize, where it takes the nearest element.
bool only_takes_nearest(const Node& node);
// The same for MaxPool, which takes the greatest element below each window.
bool only_takes_greatest(const Node& node);

}  // namespace mote
