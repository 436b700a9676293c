// Where the softmax of a narrow type is rounded: at each step of the function that ONNX states.
#pragma once
#include <cmath>

#include "ops/support/element.h"

namespace mote {

template <class T>
double softmax_exponential(double x, double highest) {
  return static_cast<double>(rounded<T>(std::exp(static_cast<double>(rounded<T>(x - highest)))));
}

// The sum of exponentials, as it divides them. A sum beyond the type's range stays as it is.
template <class T>
double softmax_divisor(double sum) {
  const auto divisor = static_cast<double>(rounded<T>(sum));
  return std::isinf(divisor) ? sum : divisor;
}

}  // namespace mote
