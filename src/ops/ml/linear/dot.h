// Products of samples and weights.
#pragma once
#include <cstdint>

namespace mote::ml {

// In doubles, four sums at a time.
template <class X>
double dot(const X* x, const float* w, std::int64_t n) {
  double sums[4] = {};
  std::int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    for (int k = 0; k < 4; ++k) sums[k] += static_cast<double>(x[i + k]) * double{w[i + k]};
  }
  for (; i < n; ++i) sums[0] += static_cast<double>(x[i]) * double{w[i]};
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace mote::ml
