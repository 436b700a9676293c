// Operators that only put elements in another order or under other sizes.
#pragma once
#include "ir/graph.h"

namespace mote {

// True for an operator of ai.onnx whose output 0 has all elements of its input 0, each once, and no
// others. Further inputs are no data. The node need not be bound.
bool only_rearranges(const Node& node);

}  // namespace mote
