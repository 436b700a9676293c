#include "measure/accuracy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "tasks/class_scores.h"

namespace mote {
namespace {

constexpr double kZ95 = 1.959963984540054;  // the normal distribution's 97.5 % quantile
constexpr std::size_t kMaxConfusionClasses = 4096;

}  // namespace

Proportion wilson(std::uint64_t hits, std::uint64_t count) {
  MOTE_CHECK(hits <= count);
  if (count == 0) return {};
  const auto n = static_cast<double>(count);
  const double p = static_cast<double>(hits) / n;
  const double z2 = kZ95 * kZ95;
  const double center = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
  const double reach = kZ95 / (1.0 + z2 / n) * std::sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
  // At its ends the interval reaches 0 and 1, but for rounding.
  const double low = hits == 0 ? 0.0 : std::max(0.0, center - reach);
  const double high = hits == count ? 1.0 : std::min(1.0, center + reach);
  return {hits, count, p, low, high};
}

void AccuracyCounter::add(std::span<const float> scores, std::size_t truth) {
  MOTE_CHECK(truth < scores.size());
  ++count_;
  if (!std::isnan(scores[truth])) {
    const std::size_t rank = rank_of(scores, truth);
    top1_ += rank < 1 ? 1 : 0;
    top5_ += rank < 5 ? 1 : 0;
  }
  if (!with_confusion_ || scores.size() > kMaxConfusionClasses) return;
  confusion_.resize(scores.size() * scores.size());
  const auto answer = static_cast<std::size_t>(top_k(scores, 1)[0].index);
  ++confusion_[truth * scores.size() + answer];
}

double roc_auc(std::span<const double> positives, std::span<const double> negatives) {
  if (positives.empty() || negatives.empty()) return 0.5;
  const auto sorted = [](std::span<const double> scores) {
    std::vector<double> values(scores.begin(), scores.end());
    for (double& v : values) v = std::isnan(v) ? std::numeric_limits<double>::infinity() : v;
    std::ranges::sort(values);
    return values;
  };
  const std::vector<double> above = sorted(positives);
  const std::vector<double> below = sorted(negatives);
  double wins = 0.0;
  for (const double v : above) {
    const auto [first, last] = std::equal_range(below.begin(), below.end(), v);
    wins += static_cast<double>(first - below.begin()) + 0.5 * static_cast<double>(last - first);
  }
  return wins / (static_cast<double>(above.size()) * static_cast<double>(below.size()));
}

}  // namespace mote
