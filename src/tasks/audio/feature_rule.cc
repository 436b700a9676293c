#include "tasks/audio/feature_rule.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/text.h"

namespace mote {
namespace {

constexpr std::int32_t kMaxRate = 768'000;
constexpr std::int32_t kMaxClip = 1 << 28;
constexpr std::int32_t kMaxFft = 1 << 16;
constexpr std::int32_t kMaxMelBins = 1024;
constexpr std::int32_t kMaxFrames = 1 << 24;

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

struct Bounds {
  std::string_view field;
  std::int32_t value, low, high;
};

Status check_bounds(std::initializer_list<Bounds> all) {
  for (const Bounds& b : all) {
    if (b.value >= b.low && b.value <= b.high) continue;
    return invalid(cat(b.field, " is ", b.value, "; it must be ", b.low, " to ", b.high));
  }
  return {};
}

Status check_mel(const AudioFeatureRule& rule) {
  const float nyquist = static_cast<float>(rule.sample_rate) / 2.0F;
  if (!(rule.low_hz >= 0.0F && rule.low_hz < rule.high_hz)) {
    return invalid(cat("low_hz is ", rule.low_hz, "; it must be 0 or more, and below high_hz, ",
                       rule.high_hz));
  }
  if (!(rule.high_hz <= nyquist)) {
    return invalid(
        cat("high_hz is ", rule.high_hz, "; it must be at most half of sample_rate, ", nyquist));
  }
  if (rule.log_offset > 0.0F && std::isfinite(rule.log_offset)) return {};
  return invalid(cat("log_offset is ", rule.log_offset, "; it must be above 0"));
}

}  // namespace

Status check(const AudioFeatureRule& rule) {
  MOTE_TRY(check_bounds({{"sample_rate", rule.sample_rate, 1, kMaxRate},
                         {"clip", rule.clip, 0, kMaxClip},
                         {"fft", rule.fft, 2, kMaxFft},
                         {"window", rule.window, 1, rule.fft},
                         {"step", rule.step, 1, kMaxClip},
                         {"power", rule.power, 1, 2},
                         {"mel_bins", rule.mel_bins, 1, kMaxMelBins},
                         {"coefficients", rule.coefficients, 1, rule.mel_bins},
                         {"skip_frames", rule.skip_frames, 0, kMaxFrames},
                         {"max_frames", rule.max_frames, 0, kMaxFrames}}));
  if (!std::has_single_bit(static_cast<std::uint32_t>(rule.fft))) {
    return invalid(cat("fft is ", rule.fft, "; it must be a power of two, as ",
                       std::bit_ceil(static_cast<std::uint32_t>(rule.window))));
  }
  return check_mel(rule);
}

std::int64_t frame_count(const AudioFeatureRule& rule, std::int64_t samples) {
  // What librosa calls centred pads by half an FFT at each side, and windows are as long as one.
  const bool centered = rule.edges != EdgeRule::kNone;
  const std::int64_t whole = centered ? samples + rule.fft / 2 * 2 : samples;
  const std::int64_t window = centered ? rule.fft : rule.window;
  if (samples < 1 || whole < window) return 0;
  const std::int64_t frames = (whole - window) / rule.step + 1 - rule.skip_frames;
  const std::int64_t most = rule.max_frames > 0 ? rule.max_frames : frames;
  return std::clamp<std::int64_t>(frames, 0, most);
}

}  // namespace mote
