// The spectrum of real samples.
#pragma once
#include <complex>
#include <span>
#include <vector>

namespace mote {

// Transforms of one length, in f64, by halves (Cooley and Tukey, An algorithm for the machine
// calculation of complex Fourier series, 1965).
class Spectrum {
 public:
  // Requires: length is a power of two, at least 2.
  explicit Spectrum(int length);

  int length() const { return static_cast<int>(order_.size()); }
  int bins() const { return length() / 2 + 1; }

  // power[k] = |Σ x[n] exp(-2πi k n / length)|², from 0 to half the sample rate.
  // Requires: x has length() samples, power bins().
  void power(std::span<const double> x, std::span<double> power);

 private:
  std::vector<std::complex<double>> roots_;  // exp(-2πi k / length), k < length / 2
  std::vector<std::size_t> order_;           // indices with their bits reversed
  std::vector<std::complex<double>> work_;
};

}  // namespace mote
