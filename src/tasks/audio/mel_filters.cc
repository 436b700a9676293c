#include "tasks/audio/mel_filters.h"

#include <algorithm>
#include <cmath>

namespace mote {
namespace {

double htk_mel(double hz) { return 1127.0 * std::log1p(hz / 700.0); }

constexpr double kSlaneyEdge = 1000.0;  // Hz; 15 mel

// A mel above that, as a natural logarithm.
double slaney_step() { return std::log(6.4) / 27.0; }

double slaney_mel(double hz) {
  return hz < kSlaneyEdge ? 3.0 * hz / 200.0 : 15.0 + std::log(hz / kSlaneyEdge) / slaney_step();
}

double slaney_hz(double mel) {
  return mel < 15.0 ? 200.0 * mel / 3.0 : kSlaneyEdge * std::exp((mel - 15.0) * slaney_step());
}

// `count` points from low to high, both among them.
std::vector<double> evenly(double low, double high, std::int32_t count) {
  std::vector<double> points;
  for (std::int32_t i = 0; i < count; ++i) points.push_back(low + (high - low) * i / (count - 1));
  return points;
}

// Of the triangles on the scale where they are straight.
std::vector<double> corners_of(const AudioFeatureRule& rule) {
  const std::int32_t count = rule.mel_bins + 2;
  if (rule.mel_scale == MelScale::kHtk) {
    return evenly(htk_mel(rule.low_hz), htk_mel(rule.high_hz), count);
  }
  std::vector<double> corners = evenly(slaney_mel(rule.low_hz), slaney_mel(rule.high_hz), count);
  for (double& c : corners) c = slaney_hz(c);
  return corners;
}

}  // namespace

MelFilters::MelFilters(const AudioFeatureRule& rule) {
  const bool htk = rule.mel_scale == MelScale::kHtk;
  const std::vector<double> corners = corners_of(rule);
  for (std::size_t b = 0; b + 2 < corners.size(); ++b) {
    const double low = corners[b];
    const double center = corners[b + 1];
    const double high = corners[b + 2];
    const double height = htk ? 1.0 : 2.0 / (high - low);
    Filter& filter = filters_.emplace_back();
    for (std::int32_t k = htk ? 1 : 0; k <= rule.fft / 2; ++k) {
      const double hz = static_cast<double>(k) * rule.sample_rate / rule.fft;
      const double at = htk ? htk_mel(hz) : hz;
      const double weight = std::min((at - low) / (center - low), (high - at) / (high - center));
      if (weight <= 0.0) continue;
      if (filter.weights.empty()) filter.first = static_cast<std::size_t>(k);
      filter.weights.push_back(weight * height);
    }
  }
}

void MelFilters::apply(std::span<const double> spectrum, std::span<double> bands) const {
  for (std::size_t b = 0; b < filters_.size(); ++b) {
    const Filter& filter = filters_[b];
    double sum = 0.0;
    for (std::size_t i = 0; i < filter.weights.size(); ++i) {
      sum += filter.weights[i] * spectrum[filter.first + i];
    }
    bands[b] = sum;
  }
}

}  // namespace mote
