#define HWY_COMPILE_ONLY_SCALAR
#include "kernels/isa_table.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_SCALAR);

namespace mote {

extern const KernelTable kKernels_scalar;
constinit const KernelTable kKernels_scalar = kernel_table<4, 4>("scalar");

}  // namespace mote
