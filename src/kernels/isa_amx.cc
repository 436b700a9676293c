#define HWY_COMPILE_ONLY_STATIC
#include "kernels/isa_table.inl.h"

static_assert(HWY_STATIC_TARGET == HWY_AVX3, "a flag is missing: Highway fell back");
#if !defined(__AVX512VNNI__) || !defined(__AMX_INT8__)
#error "a flag is missing: no VNNI or no AMX"
#endif

namespace mote {

// As AVX-512 with VNNI, with products of bytes in tiles.
extern const KernelTable kKernels_amx;
constinit const KernelTable kKernels_amx = kernel_table<8, 3>("amx");

}  // namespace mote
