// Means and variances.
#pragma once
#include <cmath>
#include <cstdint>

#include "ops/support/real.h"

namespace mote {

struct Moments {
  double mean;
  double variance;  // of the population

  double inverse_deviation(float epsilon) const {
    return 1.0 / std::sqrt(variance + static_cast<double>(epsilon));
  }
};

// Of x[0], ..., x[count - 1].
template <class T>
Moments moments_of(const T* x, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += static_cast<double>(x[i]);
  const double mean = sum / static_cast<double>(count);
  double squares = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const double d = static_cast<double>(x[i]) - mean;
    squares += d * d;
  }
  return {mean, squares / static_cast<double>(count)};
}

// The same about 0.
template <class T>
Moments moments_about_zero(const T* x, std::int64_t count) {
  double squares = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  }
  return {0, squares / static_cast<double>(count)};
}

}  // namespace mote
