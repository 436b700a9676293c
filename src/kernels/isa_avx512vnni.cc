#define HWY_COMPILE_ONLY_STATIC
#include "kernels/gemm_dot.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_AVX3, "a flag is missing: Highway fell back");
#if !defined(__AVX512VNNI__)
#error "a flag is missing: no VNNI"
#endif

namespace mote {

// In the tiles of kKernels_avx512: products of bytes four at a time.
extern const ProductQ8 kProductS8_avx512vnni;
constinit const ProductQ8 kProductS8_avx512vnni = {GemmDot<8, 3>::packed_size, GemmDot<8, 3>::pack,
                                                   GemmDot<8, 3>::indirect};

}  // namespace mote
