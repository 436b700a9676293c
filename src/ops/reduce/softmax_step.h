// Softmax of f32 by kernels.
#pragma once
#include <memory>

#include "ir/step.h"
#include "kernels/table.h"
#include "ops/reduce/lanes.h"

namespace mote {

// Softmax of each lane. Requires: the tensor has elements.
std::unique_ptr<Step> make_softmax_step(const KernelTable& kernels, const Lanes& lanes);

}  // namespace mote
