#define HWY_COMPILE_ONLY_STATIC
#include "kernels/isa_table.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_NEON);
#if !defined(__ARM_FEATURE_DOTPROD)
#error "a flag is missing: no dot product"
#endif

namespace mote {

// As NEON, with products of bytes four at a time.
extern const KernelTable kKernels_neondot;
constinit const KernelTable kKernels_neondot = kernel_table<6, 4>("neondot");

}  // namespace mote
