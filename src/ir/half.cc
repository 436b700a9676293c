#include "ir/half.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "ir/dtype.h"

namespace mote {
namespace {

constexpr std::uint32_t kInfinity = 0x7f800000;
constexpr int kF32Mantissa = 23;
constexpr int kF32Bias = 127;
constexpr int kNone = -1;

// Codes are without the sign bit.
struct Format {
  int bits;
  int mantissa;
  int bias;
  int max;                     // the largest number
  int infinity;                // kNone: there is none
  int nan;                     // kNone: there is none
  bool unsigned_zero = false;  // FNUZ: the code of -0 is the only NaN

  int sign() const { return 1 << (bits - 1); }
};

constexpr Format kF16 = {16, 10, 15, 0x7bff, 0x7c00, 0x7e00};
constexpr Format kBF16 = {16, 7, 127, 0x7f7f, 0x7f80, 0x7fc0};
constexpr Format kE4M3FN = {8, 3, 7, 0x7e, kNone, 0x7f};
constexpr Format kE4M3FNUZ = {8, 3, 8, 0x7f, kNone, 0x80, true};
constexpr Format kE5M2 = {8, 2, 15, 0x7b, 0x7c, 0x7e};
constexpr Format kE5M2FNUZ = {8, 2, 16, 0x7f, kNone, 0x80, true};
constexpr Format kE2M1 = {4, 1, 1, 0x7, kNone, kNone};

const Format& format_of(DType dtype) {
  switch (dtype) {
    case DType::kF8E4M3FN:
      return kE4M3FN;
    case DType::kF8E4M3FNUZ:
      return kE4M3FNUZ;
    case DType::kF8E5M2:
      return kE5M2;
    case DType::kF8E5M2FNUZ:
      return kE5M2FNUZ;
    default:
      MOTE_CHECK(dtype == DType::kF4E2M1);
      return kE2M1;
  }
}

std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }

// m / 2^shift. Requires: m < 2^30, shift > 0.
std::uint32_t shift_half_to_even(std::uint32_t m, int shift) {
  if (shift > 31) return 0;
  const std::uint32_t quotient = m >> shift;
  const std::uint32_t rest = m & ((1U << shift) - 1);
  const std::uint32_t half = 1U << (shift - 1);
  return quotient + (rest > half || (rest == half && (quotient & 1) != 0));
}

// The code of a finite magnitude; above f.max on overflow.
int round_magnitude(const Format& f, std::uint32_t magnitude) {
  const auto field = static_cast<int>(magnitude >> kF32Mantissa);
  const std::uint32_t fraction = magnitude & ((1U << kF32Mantissa) - 1);
  const std::uint32_t significand = field == 0 ? fraction : fraction | (1U << kF32Mantissa);
  const int exponent = std::max(field, 1) - kF32Bias;
  const int smallest = 1 - f.bias;  // exponent of subnormal numbers
  const int target = std::max(exponent, smallest);
  const int shift = kF32Mantissa - f.mantissa + (target - exponent);
  // The leading bit of a normal number, and a carry out of rounding, add one to the exponent.
  return ((target - smallest) << f.mantissa) +
         static_cast<int>(shift_half_to_even(significand, shift));
}

int encode(const Format& f, float value, bool saturate) {
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t magnitude = bits & ~(1U << 31);
  const int sign = bits >> 31 != 0 ? f.sign() : 0;
  if (magnitude > kInfinity) {
    if (f.nan == kNone) return 0;
    return f.unsigned_zero ? f.nan : sign | f.nan;
  }
  int code = magnitude == kInfinity ? f.max + 1 : round_magnitude(f, magnitude);
  if (code > f.max) {
    if (saturate || f.nan == kNone) {
      code = f.max;
    } else if (f.unsigned_zero) {
      return f.nan;
    } else {
      code = f.infinity == kNone ? f.nan : f.infinity;
    }
  }
  return f.unsigned_zero && code == 0 ? 0 : sign | code;
}

float decode(const Format& f, int bits) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  if (f.unsigned_zero && bits == f.nan) return kNaN;
  const int code = bits & (f.sign() - 1);
  const float sign = (bits & f.sign()) != 0 ? -1.0F : 1.0F;
  if (code > f.max) {
    return std::copysign(code == f.infinity ? std::numeric_limits<float>::infinity() : kNaN, sign);
  }
  const int field = code >> f.mantissa;
  const int fraction = code & ((1 << f.mantissa) - 1);
  const int significand = field == 0 ? fraction : fraction | (1 << f.mantissa);
  const int exponent = std::max(field, 1) - f.bias - f.mantissa;
  return sign * std::ldexp(static_cast<float>(significand), exponent);
}

// 16-bit floats: a NaN takes along what fits of its payload, as processors do.
std::uint16_t encode16(const Format& f, float value) {
  const std::uint32_t bits = bits_of(value);
  int code = encode(f, value, false);
  if ((bits & ~(1U << 31)) > kInfinity) {
    const std::uint32_t payload = bits & ((1U << kF32Mantissa) - 1);
    code |= static_cast<int>(payload >> (kF32Mantissa - f.mantissa));
  }
  return static_cast<std::uint16_t>(code);
}

float e8m0_to_f32(std::uint8_t bits) {
  if (bits == 0xff) return std::numeric_limits<float>::quiet_NaN();
  return std::ldexp(1.0F, bits - kF32Bias);
}

bool rounds_up(float fraction, E8M0Rounding rounding) {
  switch (rounding) {
    case E8M0Rounding::kUp:
      return fraction > 1.0F;
    case E8M0Rounding::kDown:
      return false;
    case E8M0Rounding::kNearest:
      return fraction >= 1.5F;
  }
  return false;
}

}  // namespace

std::uint16_t f32_to_f16(float value) { return encode16(kF16, value); }
std::uint16_t f32_to_bf16(float value) { return encode16(kBF16, value); }

float f16_to_f32(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  const std::uint32_t magnitude = bits & 0x7fff;
  if (magnitude >= 0x7c00) {  // infinity, NaN
    const std::uint32_t quiet = magnitude > 0x7c00 ? 0x400000 : 0;
    return std::bit_cast<float>(sign | kInfinity | quiet | (magnitude & 0x3ff) << 13);
  }
  if (magnitude < 0x400) {  // subnormal: a multiple of 2^-24
    const float value = static_cast<float>(magnitude) * 0x1p-24F;
    return std::bit_cast<float>(sign | bits_of(value));
  }
  return std::bit_cast<float>(sign | ((magnitude << 13) + ((kF32Bias - 15U) << kF32Mantissa)));
}

float f64_to_f32_odd(double value) {
  const auto nearest = static_cast<float>(value);
  const auto back = static_cast<double>(nearest);
  if (std::isnan(value) || back == value) return nearest;
  std::uint32_t bits = bits_of(nearest);
  if (std::abs(back) > std::abs(value)) --bits;  // towards zero; infinity becomes the largest
  return std::bit_cast<float>(bits | 1U);
}

bool is_minifloat(DType dtype) {
  switch (dtype) {
    case DType::kF8E4M3FN:
    case DType::kF8E4M3FNUZ:
    case DType::kF8E5M2:
    case DType::kF8E5M2FNUZ:
    case DType::kF8E8M0:
    case DType::kF4E2M1:
      return true;
    default:
      return false;
  }
}

std::uint8_t f32_to_minifloat(DType dtype, float value, bool saturate) {
  if (dtype == DType::kF8E8M0) return f32_to_e8m0(value, E8M0Rounding::kUp, saturate);
  return static_cast<std::uint8_t>(encode(format_of(dtype), value, saturate));
}

float minifloat_to_f32(DType dtype, std::uint8_t bits) {
  if (dtype == DType::kF8E8M0) return e8m0_to_f32(bits);
  return decode(format_of(dtype), bits);
}

std::uint8_t f32_to_e8m0(float value, E8M0Rounding rounding, bool saturate) {
  constexpr std::uint8_t kNaN = 0xff;
  constexpr int kLargest = 0xfe;
  if (std::isnan(value) || value < 0.0F) return kNaN;
  if (value < 0x1p-127F) return saturate ? 0 : kNaN;
  if (std::isinf(value)) return saturate ? kLargest : kNaN;
  int exponent = 0;
  const float fraction = 2.0F * std::frexp(value, &exponent);  // in [1, 2)
  int code = exponent - 1 + kF32Bias;
  if (rounds_up(fraction, rounding)) ++code;
  if (code > kLargest) return saturate ? kLargest : kNaN;
  return static_cast<std::uint8_t>(code);
}

int load_packed(DType dtype, const void* data, std::int64_t i) {
  const int width = bit_width(dtype);
  const std::int64_t bit = i * width;
  const unsigned byte = static_cast<const unsigned char*>(data)[bit / 8];
  const int value = static_cast<int>(byte >> (bit % 8)) & ((1 << width) - 1);
  const bool negative = is_signed_integer(dtype) && value >> (width - 1) != 0;
  return negative ? value - (1 << width) : value;
}

void store_packed(DType dtype, void* data, std::int64_t i, int value) {
  const int width = bit_width(dtype);
  const std::int64_t bit = i * width;
  unsigned char& byte = static_cast<unsigned char*>(data)[bit / 8];
  const unsigned mask = ((1U << width) - 1) << (bit % 8);
  const unsigned shifted = static_cast<unsigned>(value) << (bit % 8);
  byte = static_cast<unsigned char>((byte & ~mask) | (shifted & mask));
}

}  // namespace mote
