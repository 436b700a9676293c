// Facts about element types.
#pragma once
#include "mote/tensor.h"

namespace mote {

// Bits of an element; 0 for kUndefined. A string counts its std::string object.
int bit_width(DType dtype);
// Whole bytes of an element. Requires: bit_width(dtype) >= 8.
inline std::int64_t byte_width(DType dtype) { return bit_width(dtype) / 8; }

bool is_float(DType dtype);    // f16, bf16, f32, f64 and the float8 and float4 types
bool is_integer(DType dtype);  // signed and unsigned, not bool
bool is_signed_integer(DType dtype);

}  // namespace mote
