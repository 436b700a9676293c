#include "measure/parity/difference.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ir/dtype.h"

namespace mote {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Numbers a whole step apart are computed as products, each rounded.
constexpr double kSlack = 1 + 1e-9;

}  // namespace

void Difference::add(const RealTensor& a, const RealTensor& b) {
  count_ += a.tensor.count();
  for_each_part(a, b, [this](std::span<const double> x, std::span<const double> y) {
    for (std::size_t i = 0; i < x.size(); ++i) add(x[i], y[i]);
  });
}

void Difference::add(double a, double b) {
  if (std::isfinite(a)) {
    peak_ = std::max(peak_, std::abs(a));
    signal_ += a * a;
  }
  if (a == b || (std::isnan(a) && std::isnan(b))) return;
  const double difference = std::isfinite(a - b) ? std::abs(a - b) : kInfinity;
  greatest_ = std::max(greatest_, difference);
  noise_ += difference * difference;
}

double Difference::relative() const {
  if (greatest_ == 0) return 0;
  return peak_ == 0 ? kInfinity : greatest_ / peak_;
}

double Difference::snr_db() const {
  if (noise_ == 0) return kInfinity;
  return 10 * std::log10(signal_ / noise_);
}

Bound Bound::of(const RealTensor& a, const RealTensor& b) {
  const auto step_of = [](const RealTensor& t) { return t.scale ? t.scale->scale : t.step; };
  const double step = std::max(step_of(a), step_of(b));
  if (step > 0) return {BoundKind::kSteps, step};
  const bool real = is_float(a.tensor.dtype()) || is_float(b.tensor.dtype());
  return {real ? BoundKind::kRelative : BoundKind::kEqual, 0};
}

bool Bound::holds(const Difference& difference, const ParityBounds& bounds) const {
  switch (kind) {
    case BoundKind::kRelative:
      return difference.relative() <= bounds.relative;
    case BoundKind::kSteps:
      return difference.greatest() <= bounds.steps * step * kSlack;
    case BoundKind::kEqual:
      break;
  }
  return difference.greatest() == 0;
}

}  // namespace mote
