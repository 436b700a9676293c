#define HWY_COMPILE_ONLY_STATIC
#include "kernels/isa_table.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_NEON);
#if !defined(__ARM_FEATURE_MATMUL_INT8)
#error "a flag is missing: no matrix products of bytes"
#endif

namespace mote {

// As NEON, with products of bytes in tiles of 2 by 2, eight terms at a time.
extern const KernelTable kKernels_neoni8mm;
constinit const KernelTable kKernels_neoni8mm = kernel_table<6, 4>("neoni8mm");

}  // namespace mote
