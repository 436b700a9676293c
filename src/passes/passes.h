// The rewrites of the model dialect, in the order in which they run.
#pragma once
#include "passes/pass.h"

namespace mote {

// Clean-up and folding: what every plan starts from.
std::span<const Pass* const> model_passes();

}  // namespace mote
