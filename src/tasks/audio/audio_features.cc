#include "tasks/audio/audio_features.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"

namespace mote {
namespace {

constexpr double kPi = std::numbers::pi;

std::vector<double> window_of(const AudioFeatureRule& rule) {
  std::vector<double> window;
  for (std::int32_t i = 0; i < rule.window; ++i) {
    const double wave = std::cos(2.0 * kPi * i / rule.window);
    window.push_back(rule.window_function == WindowFunction::kHann      ? 0.5 - 0.5 * wave
                     : rule.window_function == WindowFunction::kHamming ? 0.54 - 0.46 * wave
                                                                        : 1.0);
  }
  return window;
}

std::vector<double> cosines_of(const AudioFeatureRule& rule) {
  std::vector<double> cosines;
  if (rule.features != AudioFeatures::kMfcc) return cosines;
  const double n = rule.mel_bins;
  for (std::int32_t k = 0; k < rule.coefficients; ++k) {
    for (std::int32_t i = 0; i < rule.mel_bins; ++i) {
      cosines.push_back(std::sqrt(2.0 / n) * std::cos(kPi * k * (2.0 * i + 1.0) / (2.0 * n)));
    }
  }
  return cosines;
}

// Of mirrored sound, whose ends are not repeated.
std::int64_t reflected(std::int64_t at, std::int64_t count) {
  if (count == 1) return 0;
  const std::int64_t period = 2 * (count - 1);
  at = (at % period + period) % period;
  return at < count ? at : period - at;
}

double sample_at(std::span<const float> clip, std::int64_t at, EdgeRule edges) {
  const auto count = std::ssize(clip);
  if (at >= 0 && at < count) return clip[static_cast<std::size_t>(at)];
  if (edges != EdgeRule::kReflect) return 0.0;
  return clip[static_cast<std::size_t>(reflected(at, count))];
}

double log_of(double value, const AudioFeatureRule& rule) {
  if (rule.log == LogRule::kLn) return std::log(value + double{rule.log_offset});
  return 20.0 / rule.power * std::log10(std::max(value, double{rule.log_offset}));
}

}  // namespace

AudioFeatureExtractor::AudioFeatureExtractor(const AudioFeatureRule& rule)
    : rule_(rule),
      window_(window_of(rule)),
      spectrum_(rule.fft),
      filters_(rule),
      cosines_(cosines_of(rule)),
      frame_(static_cast<std::size_t>(rule.fft)),
      power_(static_cast<std::size_t>(spectrum_.bins())),
      bands_(static_cast<std::size_t>(rule.mel_bins)) {}

Result<FeatureMap> AudioFeatureExtractor::extract(std::span<const float> samples,
                                                  std::uint64_t max_bytes) {
  MOTE_ASSIGN(const std::vector<float> clip, clip_of(samples, max_bytes));
  FeatureMap map;
  map.width = rule_.width();
  const std::int64_t frames = frame_count(rule_, std::ssize(clip));
  if (frames < 1) {
    return Error{Code::kInvalidArgument,
                 cat("sound of ", clip.size(), " samples is too short for a frame of ",
                     rule_.window, " after ", rule_.skip_frames, " frames of step ", rule_.step)};
  }
  const auto left = static_cast<std::int64_t>((max_bytes - clip.size() * sizeof(float)) / 4);
  if (frames > left / map.width) {
    return Error{Code::kResourceExhausted,
                 cat("features of ", frames, " frames take more than ", human_bytes(max_bytes))};
  }
  map.values.reserve(static_cast<std::size_t>(frames * map.width));
  for (; map.frames < frames; ++map.frames) {
    load_frame(clip, map.frames + rule_.skip_frames);
    add_frame(map);
  }
  return map;
}

Result<std::vector<float>> AudioFeatureExtractor::clip_of(std::span<const float> samples,
                                                          std::uint64_t max_bytes) const {
  const std::size_t count = rule_.clip > 0 ? static_cast<std::size_t>(rule_.clip) : samples.size();
  if (count > max_bytes / sizeof(float)) {
    return Error{Code::kResourceExhausted,
                 cat("sound of ", count, " samples takes more than ", human_bytes(max_bytes))};
  }
  const auto kept = samples.first(std::min(count, samples.size()));
  std::vector<float> clip(kept.begin(), kept.end());
  const float peak = kept.empty() ? 0.0F : *std::ranges::max_element(kept);
  if (rule_.level == LevelRule::kPeak && peak > 0.0F) {
    for (float& v : clip) v /= peak;
  }
  clip.resize(count);
  return clip;
}

// The window's middle is the frame's, where frames are centred.
void AudioFeatureExtractor::load_frame(std::span<const float> clip, std::int64_t frame) {
  const bool centered = rule_.edges != EdgeRule::kNone;
  const std::int64_t left = centered ? (rule_.fft - rule_.window) / 2 : 0;
  const std::int64_t begin = frame * rule_.step + left - (centered ? rule_.fft / 2 : 0);
  std::ranges::fill(frame_, 0.0);
  for (std::int64_t i = 0; i < rule_.window; ++i) {
    frame_[static_cast<std::size_t>(left + i)] =
        window_[static_cast<std::size_t>(i)] * sample_at(clip, begin + i, rule_.edges);
  }
}

void AudioFeatureExtractor::add_frame(FeatureMap& map) {
  spectrum_.power(frame_, power_);
  if (rule_.power == 1) {
    for (double& p : power_) p = std::sqrt(p);
  }
  filters_.apply(power_, bands_);
  for (double& b : bands_) b = log_of(b, rule_);
  if (rule_.features == AudioFeatures::kLogMel) {
    for (const double b : bands_) map.values.push_back(static_cast<float>(b));
    return;
  }
  for (std::size_t k = 0; k < cosines_.size(); k += bands_.size()) {
    double sum = 0.0;
    for (std::size_t i = 0; i < bands_.size(); ++i) sum += cosines_[k + i] * bands_[i];
    map.values.push_back(static_cast<float>(sum));
  }
}

}  // namespace mote
