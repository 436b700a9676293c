#define HWY_COMPILE_ONLY_STATIC
#include "kernels/gemm_bf16.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_AVX3, "a flag is missing: Highway fell back");
#if !defined(__AVX512BF16__) || !defined(__AMX_BF16__)
#error "a flag is missing: no bf16"
#endif

namespace mote {

// In the tiles of kKernels_avx512.
extern const ProductF32 kProductBf16_amx;
constinit const ProductF32 kProductBf16_amx = {GemmBf16<8, 3>::packed_size, GemmBf16<8, 3>::pack,
                                               GemmBf16<8, 3>::direct, GemmBf16<8, 3>::indirect};

}  // namespace mote
