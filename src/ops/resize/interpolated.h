// Elements from interpolated values.
#pragma once
#include <cmath>
#include <limits>

#include "ops/support/element.h"

namespace mote {

// Integers are cut, and clamped to their range; NaN becomes 0. What is not 0 is true.
template <class T>
T to_element(double v) {
  if constexpr (std::is_same_v<T, bool>) {
    return v != 0.0;
  } else if constexpr (std::is_integral_v<T>) {
    using Limits = std::numeric_limits<T>;
    if (std::isnan(v)) return 0;
    if (v <= static_cast<double>(Limits::min())) return Limits::min();
    if (v >= static_cast<double>(Limits::max())) return Limits::max();
    return static_cast<T>(v);
  } else {
    return rounded<T>(v);
  }
}

}  // namespace mote
