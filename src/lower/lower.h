// Lowering: from the model dialect to the execution dialect (domain "mote"): channels-last layouts
// and fused operators.
#pragma once
#include "passes/pass.h"

namespace mote {

// In the order in which they run, after the model passes, on graphs whose sizes are known.
std::span<const Pass* const> lowering_passes();

}  // namespace mote
