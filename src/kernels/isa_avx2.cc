#define HWY_COMPILE_ONLY_STATIC
#include "kernels/isa_table.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_AVX2, "a flag is missing: Highway fell back");

namespace mote {

// 12 sums, 2 vectors of weights, 1 of x: 15 of 16 registers.
extern const KernelTable kKernels_avx2;
constinit const KernelTable kKernels_avx2 = kernel_table<6, 2>("avx2");

}  // namespace mote
