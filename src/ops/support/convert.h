// Numbers from one element type to another.
#pragma once
#include <limits>

#include "base/result.h"
#include "ir/half.h"
#include "mote/tensor.h"

namespace mote {

struct ConvertOptions {
  bool saturate = true;  // of float8 and float4, see f32_to_minifloat
  E8M0Rounding e8m0 = E8M0Rounding::kUp;
};

// Every element type but strings and complex numbers.
bool is_convertible(DType dtype);

// `count` elements from index `from_index` of `from` become those from index `to_index` of `to`, by
// the rules of ONNX's Cast: reals are rounded once, half to even; integers lose their high bits;
// what is not 0 is true. Reals become integers by real_to_integer.
// Packed elements of `to` share bytes: ranges for different threads begin at multiples of 8.
// Requires: both are convertible.
void convert_range(const TensorView& from, std::int64_t from_index, const MutTensorView& to,
                   std::int64_t to_index, std::int64_t count, const ConvertOptions& options = {});

// Towards zero. ONNX leaves open what does not fit: the nearest number of 32 and 64 bits, 0 for
// NaN; narrower types take the low bits of the 32-bit result, as processors do.
template <class T>
T real_to_integer(double value) {
  if constexpr (sizeof(T) < sizeof(std::int32_t)) {
    return static_cast<T>(real_to_integer<std::int32_t>(value));
  } else {
    constexpr T kMin = std::numeric_limits<T>::min();
    constexpr T kMax = std::numeric_limits<T>::max();
    constexpr double kEnd = 2.0 * static_cast<double>(kMax / 2 + 1);  // a power of two NOLINT
    if (value != value) return 0;
    if (value >= kEnd) return kMax;
    return value <= static_cast<double>(kMin) ? kMin : static_cast<T>(value);
  }
}

}  // namespace mote
