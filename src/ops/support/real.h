// Elements of any float type, read and written as f64.
#pragma once
#include <cstdint>

#include "ops/support/element.h"

namespace mote {

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
