// Numbers of fewer than 32 bits: the small float types ⇄ f32, and elements of 2 and 4 bits.
#pragma once
#include <bit>
#include <cstdint>

#include "mote/tensor.h"

namespace mote {

// Rounds half to even; beyond the largest number lies infinity; a NaN keeps its sign and the upper
// bits of its payload, and becomes quiet.
std::uint16_t f32_to_f16(float value);
float f16_to_f32(std::uint16_t bits);
std::uint16_t f32_to_bf16(float value);
inline float bf16_to_f32(std::uint16_t bits);

// `value` as f32, rounded to odd: rounding that to a narrower type gives what rounding `value` at
// once would (Boldo, Melquiond: When double rounding is odd, 2005).
float f64_to_f32_odd(double value);

// float8 (OCP E4M3FN and E5M2; the FNUZ types of Noune et al., 2022, without infinity and negative
// zero; E8M0, a power of two) and float4 (E2M1: no NaN, no infinity), in the low bits.
//
// As ONNX's Cast: rounds half to even. Beyond the largest number: that number if `saturate`,
// otherwise infinity, or NaN in types without it. float4 always saturates; its NaN is 0. float8e8m0
// rounds up, see f32_to_e8m0.
// Requires: dtype is one of these types.
std::uint8_t f32_to_minifloat(DType dtype, float value, bool saturate = true);
float minifloat_to_f32(DType dtype, std::uint8_t bits);
bool is_minifloat(DType dtype);

enum class E8M0Rounding : std::uint8_t { kUp, kDown, kNearest };  // kNearest: ties up

// Zero and what is below 2^-127: 2^-127 if `saturate`, otherwise NaN. Beyond 2^127: 2^127, or NaN.
// Negative numbers, which ONNX leaves open: NaN.
std::uint8_t f32_to_e8m0(float value, E8M0Rounding rounding, bool saturate = true);

// Element i of a tensor of u2, s2, u4, s4 or f4e2m1 (its bits). store_packed keeps the low bits of
// `value`. Neighbours share bytes: not for two threads at once.
int load_packed(DType dtype, const void* data, std::int64_t i);
void store_packed(DType dtype, void* data, std::int64_t i, int value);

inline float bf16_to_f32(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace mote
