// For tests: the product for VNNI, with its instruction emulated, on machines that have none.
#define HWY_COMPILE_ONLY_STATIC
#include "kernels/gemm_dot.inl.h"

namespace mote {

extern const ProductQ8 kEmulatedDot_avx2;
constinit const ProductQ8 kEmulatedDot_avx2 = {GemmDot<6, 2>::packed_size, GemmDot<6, 2>::pack,
                                               GemmDot<6, 2>::indirect};

}  // namespace mote
