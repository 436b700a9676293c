#define HWY_COMPILE_ONLY_STATIC
#include "kernels/isa_table.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_AVX3, "a flag is missing: Highway fell back");
#if !defined(__AVX512VNNI__)
#error "a flag is missing: no VNNI"
#endif

namespace mote {

// As AVX-512, with products of bytes four at a time.
extern const KernelTable kKernels_avx512vnni;
constinit const KernelTable kKernels_avx512vnni = kernel_table<8, 3>("avx512vnni");

}  // namespace mote
