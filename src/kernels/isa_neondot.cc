#define HWY_COMPILE_ONLY_STATIC
#include "kernels/gemm_dot.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_NEON);
#if !defined(__ARM_FEATURE_DOTPROD)
#error "a flag is missing: no dot product"
#endif

namespace mote {

// In the tiles of kKernels_neon: products of bytes four at a time.
extern const ProductQ8 kProductS8_neondot;
constinit const ProductQ8 kProductS8_neondot = {GemmDot<6, 4>::packed_size, GemmDot<6, 4>::pack,
                                                GemmDot<6, 4>::indirect};

}  // namespace mote
