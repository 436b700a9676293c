// Sums and means of f32 by kernels.
#pragma once
#include <memory>

#include "ir/step.h"
#include "kernels/table.h"
#include "ops/reduce/lanes.h"

namespace mote {

// The sum (or mean) of the marked dimensions of `dims`. Null unless they are neighbours and hold
// elements.
std::unique_ptr<Step> make_reduce_sum_step(const KernelTable& kernels, const Dims& dims,
                                           const AxisGroups::Marks& marks, bool mean);

}  // namespace mote
