// Copying a box of an input to the whole of an output, as a step.
#pragma once
#include <memory>

#include "ir/step.h"
#include "kernels/table.h"
#include "ops/support/box.h"

namespace mote {

// Output 0, of size `dims`, becomes the box of input 0 that lies at `from`. Null if elements are
// not whole bytes, or there are none.
std::unique_ptr<Step> make_box_step(DType dtype, const Dims& dims, const BoxPlace& from,
                                    const KernelTable& kernels);

}  // namespace mote
