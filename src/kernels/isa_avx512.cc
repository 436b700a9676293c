#define HWY_COMPILE_ONLY_STATIC
#include "kernels/isa_table.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_AVX3, "a flag is missing: Highway fell back");

namespace mote {

// 24 sums, 3 vectors of weights, 1 of x: 28 of 32 registers. No more than 8 rows: where their
// stride is a multiple of 4 KiB they share one 8-way set of the L1 cache.
extern const KernelTable kKernels_avx512;
constinit const KernelTable kKernels_avx512 = kernel_table<8, 3>("avx512");

}  // namespace mote
