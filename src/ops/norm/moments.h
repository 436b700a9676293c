// Means and variances, and reading elements of any float type.
#pragma once
#include <cmath>
#include <cstdint>

#include "ops/support/element.h"

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

// Element i of a tensor of a float type.
inline double load_real(const TensorView& t, std::int64_t i) {
  switch (t.dtype) {
    case DType::kF64:
      return t.as<double>()[i];
    case DType::kF16:
      return t.as<F16>()[i];
    case DType::kBF16:
      return t.as<BF16>()[i];
    default:
      return t.as<float>()[i];
  }
}

inline void store_real(const MutTensorView& t, std::int64_t i, double value) {
  switch (t.dtype) {
    case DType::kF64:
      t.as<double>()[i] = value;
      break;
    case DType::kF16:
      t.as<F16>()[i] = rounded<F16>(value);
      break;
    case DType::kBF16:
      t.as<BF16>()[i] = rounded<BF16>(value);
      break;
    default:
      t.as<float>()[i] = static_cast<float>(value);
  }
}

}  // namespace mote
