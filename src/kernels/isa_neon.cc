#define HWY_COMPILE_ONLY_STATIC
#include "kernels/isa_table.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_NEON);
#if defined(__ARM_FEATURE_DOTPROD) || defined(__ARM_FEATURE_AES)
#error "more than every AArch64 CPU has"
#endif

namespace mote {

// 24 sums, 6 vectors of x, 2 of weights: all 32 registers.
extern const KernelTable kKernels_neon;
constinit const KernelTable kKernels_neon = kernel_table<6, 4>("neon");

}  // namespace mote
