#include "tasks/audio/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"

namespace mote {
namespace {

constexpr int kZeros = 24;      // zero crossings at each side
constexpr int kPerZero = 512;   // entries of the table between two of them
constexpr double kPass = 0.92;  // of the band; the rest is the slope
constexpr double kKaiserBeta = 9.0;

// The modified Bessel function of order 0, by its series.
double bessel_i0(double x) {
  double sum = 1.0;
  double term = 1.0;
  for (int k = 1; term > 1e-12 * sum; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

// One side of the kernel, sampled kPerZero times for each zero crossing, and a last 0.
std::vector<float> kernel_table() {
  constexpr int kEntries = kZeros * kPerZero;
  std::vector<float> table;
  for (int i = 0; i < kEntries; ++i) {
    const double x = std::numbers::pi * i / kPerZero;
    const double at = static_cast<double>(i) / kEntries;
    const double window =
        bessel_i0(kKaiserBeta * std::sqrt(1.0 - at * at)) / bessel_i0(kKaiserBeta);
    table.push_back(static_cast<float>((i == 0 ? 1.0 : std::sin(x) / x) * window));
  }
  table.resize(kEntries + 2);
  return table;
}

class Kernel {
 public:
  // cutoff: of the source's band, at most 1.
  explicit Kernel(double cutoff) : table_(kernel_table()), cutoff_(cutoff) {}

  double reach() const { return kZeros / cutoff_; }  // in samples of the source

  // At a distance of at most reach().
  double operator()(double distance) const {
    const double x = std::min(distance * cutoff_, double{kZeros}) * kPerZero;
    const auto i = static_cast<std::size_t>(x);
    const double share = x - static_cast<double>(i);
    return cutoff_ * (table_[i] + share * (table_[i + 1] - table_[i]));
  }

 private:
  std::vector<float> table_;
  double cutoff_;
};

float sample_at(double at, std::span<const float> samples, const Kernel& kernel) {
  const auto last = static_cast<double>(std::ssize(samples) - 1);
  const auto begin = static_cast<std::size_t>(std::max(0.0, std::ceil(at - kernel.reach())));
  const auto end = static_cast<std::size_t>(std::min(last, std::floor(at + kernel.reach()))) + 1;
  double sum = 0.0;
  for (std::size_t i = begin; i < end; ++i) {
    sum += samples[i] * kernel(std::abs(at - static_cast<double>(i)));
  }
  return static_cast<float>(sum);
}

}  // namespace

Result<std::vector<float>> resample(std::span<const float> samples, std::int32_t from,
                                    std::int32_t to, std::uint64_t max_bytes) {
  const std::uint64_t n = samples.size();
  const auto wide_to = static_cast<std::uint64_t>(to);
  const auto wide_from = static_cast<std::uint64_t>(from);
  // Divided first: the product may overflow.
  const std::uint64_t count =
      n / wide_from * wide_to + (n % wide_from * wide_to + wide_from - 1) / wide_from;
  if (n / wide_from > max_bytes / wide_to || count > max_bytes / sizeof(float)) {
    return Error{Code::kResourceExhausted, cat("sound of ", from, " Hz takes more than ",
                                               human_bytes(max_bytes), " at ", to, " Hz")};
  }
  if (from == to) return std::vector<float>(samples.begin(), samples.end());
  const double ratio = static_cast<double>(from) / to;
  const Kernel kernel(kPass * std::min(1.0, 1.0 / ratio));
  std::vector<float> out;
  out.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    out.push_back(sample_at(static_cast<double>(i) * ratio, samples, kernel));
  }
  return out;
}

}  // namespace mote
