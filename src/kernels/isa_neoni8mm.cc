#define HWY_COMPILE_ONLY_STATIC
#include "kernels/gemm_i8mm.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_NEON);
#if !defined(__ARM_FEATURE_MATMUL_INT8)
#error "a flag is missing: no matrix products of bytes"
#endif

namespace mote {

// In the tiles of kKernels_neon: products of bytes in blocks of 2 by 2, eight terms at a time.
extern const ProductQ8 kProductS8_neoni8mm;
constinit const ProductQ8 kProductS8_neoni8mm = {GemmI8mm<6, 4>::packed_size, GemmI8mm<6, 4>::pack,
                                                 GemmI8mm<6, 4>::indirect};

}  // namespace mote
