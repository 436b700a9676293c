// Elements from interpolated values.
#pragma once
#include <cmath>
#include <limits>

#include "ops/support/element.h"

namespace mote {

// Integers are cut, and clamped to their range; NaN becomes 0. What is not 0 is true. A number that
// f32 takes for an integer is that integer: sums of weights come out as 65.99999999999.
template <class T>
T to_element(double v) {
  if constexpr (std::is_same_v<T, bool>) {
    return v != 0.0;
  } else if constexpr (std::is_integral_v<T>) {
    using Limits = std::numeric_limits<T>;
    if (std::isnan(v)) return 0;
    if (v <= static_cast<double>(Limits::min())) return Limits::min();
    if (v >= static_cast<double>(Limits::max())) return Limits::max();
    constexpr double kExactF32 = 1 << 24;
    return static_cast<T>(std::abs(v) < kExactF32 ? static_cast<double>(static_cast<float>(v)) : v);
  } else {
    return rounded<T>(v);
  }
}

}  // namespace mote
