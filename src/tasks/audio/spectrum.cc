#include "tasks/audio/spectrum.h"

#include <numbers>

namespace mote {

Spectrum::Spectrum(int length) {
  const auto n = static_cast<std::size_t>(length);
  for (std::size_t k = 0; k < n / 2; ++k) {
    roots_.push_back(std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(k) / length));
  }
  order_.assign(n, 0);
  for (std::size_t i = 1; i < n; ++i) order_[i] = order_[i / 2] / 2 + (i % 2) * (n / 2);
  work_.resize(n);
}

void Spectrum::power(std::span<const double> x, std::span<double> power) {
  const std::size_t n = order_.size();
  for (std::size_t i = 0; i < n; ++i) work_[i] = x[order_[i]];
  for (std::size_t half = 1; half < n; half *= 2) {
    const std::size_t turn = n / (2 * half);
    for (std::size_t begin = 0; begin < n; begin += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const std::complex<double> odd = work_[begin + half + k] * roots_[k * turn];
        work_[begin + half + k] = work_[begin + k] - odd;
        work_[begin + k] += odd;
      }
    }
  }
  for (std::size_t k = 0; k < power.size(); ++k) power[k] = std::norm(work_[k]);
}

}  // namespace mote
