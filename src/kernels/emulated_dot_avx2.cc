// For tests: the products for VNNI and AMX, with their instructions emulated, on machines that have
// none.
#define HWY_COMPILE_ONLY_STATIC
#include "kernels/gemm_amx.inl.h"
#include "kernels/gemm_bf16.inl.h"

namespace mote {

extern const ProductQ8 kEmulatedDot_avx2;
constinit const ProductQ8 kEmulatedDot_avx2 = {GemmDot<6, 2>::packed_size, GemmDot<6, 2>::pack,
                                               GemmDot<6, 2>::indirect};

extern const ProductQ8 kEmulatedAmx_avx2;
constinit const ProductQ8 kEmulatedAmx_avx2 = {GemmAmx<4, 4>::packed_size, GemmAmx<4, 4>::pack,
                                               GemmAmx<4, 4>::indirect};

extern const ProductF32 kEmulatedBf16_avx2;
constinit const ProductF32 kEmulatedBf16_avx2 = {GemmBf16<4, 4>::packed_size, GemmBf16<4, 4>::pack,
                                                 GemmBf16<4, 4>::direct, GemmBf16<4, 4>::indirect};

}  // namespace mote
