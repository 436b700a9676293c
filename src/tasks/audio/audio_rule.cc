#include "tasks/audio/audio_rule.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mote {
namespace {

constexpr std::int32_t kMaxRate = 768'000;
constexpr std::int32_t kMaxSamples = 1 << 24;
constexpr std::int32_t kMaxMs = 3'600'000;

Status check_range(std::string_view field, std::int32_t value, std::int32_t low,
                   std::int32_t high) {
  if (value >= low && value <= high) return {};
  return Error{Code::kInvalidArgument,
               cat(field, " is ", value, "; it must be ", low, " to ", high)};
}

Status check_share(std::string_view field, float value) {
  if (value >= 0.0F && value <= 1.0F) return {};
  return Error{Code::kInvalidArgument, cat(field, " is ", value, "; it must be 0 to 1")};
}

}  // namespace

// 0.01 itself may be above a threshold of almost nothing.
float neg_threshold_for(float threshold) {
  return std::min(threshold, std::max(threshold - 0.15F, 0.01F));
}

Status check(const AudioRule& rule) {
  MOTE_TRY(check_range("sample_rate", rule.sample_rate, 1, kMaxRate));
  MOTE_TRY(check_range("chunk", rule.chunk, 1, kMaxSamples));
  MOTE_TRY(check_range("context", rule.context, 0, kMaxSamples));
  if (std::isfinite(rule.scale) && rule.scale != 0.0F) return {};
  return Error{Code::kInvalidArgument,
               cat("scale is ", rule.scale, "; it must be a number other than 0")};
}

Status check(const SpeechRule& rule) {
  MOTE_TRY(check_share("threshold", rule.threshold));
  MOTE_TRY(check_share("neg_threshold", rule.neg_threshold));
  if (rule.neg_threshold > rule.threshold) {
    return Error{Code::kInvalidArgument, cat("neg_threshold is ", rule.neg_threshold,
                                             ", more than threshold, ", rule.threshold)};
  }
  MOTE_TRY(check_range("min_speech_ms", rule.min_speech_ms, 0, kMaxMs));
  MOTE_TRY(check_range("min_silence_ms", rule.min_silence_ms, 0, kMaxMs));
  return check_range("pad_ms", rule.pad_ms, 0, kMaxMs);
}

}  // namespace mote
