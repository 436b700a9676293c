// A transposition for known sizes, cut into tiles for many threads.
#pragma once
#include <memory>

#include "base/result.h"
#include "ir/step.h"

namespace mote {

struct KernelTable;

// y[i] = x[i · strides], y row-major of size `dims`, x of the same number of elements.
// Null if the dtype is a string, packed, or wider than 64 bits.
std::unique_ptr<Step> make_transpose_step(DType dtype, const Dims& dims, const Dims& strides,
                                          const KernelTable& kernels);

}  // namespace mote
