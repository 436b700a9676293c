#define HWY_COMPILE_ONLY_STATIC
#include "kernels/gemm_amx.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_AVX3, "a flag is missing: Highway fell back");
#if !defined(__AVX512VNNI__) || !defined(__AMX_INT8__)
#error "a flag is missing: no VNNI or no AMX"
#endif

namespace mote {

// In the tiles of kKernels_avx512: products of bytes in tiles of AMX.
extern const ProductQ8 kProductS8_amx;
constinit const ProductQ8 kProductS8_amx = {GemmAmx<8, 3>::packed_size, GemmAmx<8, 3>::pack,
                                            GemmAmx<8, 3>::indirect};

}  // namespace mote
