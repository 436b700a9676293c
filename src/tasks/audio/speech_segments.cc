#include "tasks/audio/speech_segments.h"

#include <algorithm>
#include <optional>

namespace mote {
namespace {

std::int64_t samples_of(std::int32_t ms, const AudioRule& audio) {
  return std::int64_t{ms} * audio.sample_rate / 1000;
}

// Follows the probabilities, chunk by chunk.
class Follower {
 public:
  Follower(const AudioRule& audio, const SpeechRule& rule)
      : rule_(rule),
        min_speech_(samples_of(rule.min_speech_ms, audio)),
        min_silence_(samples_of(rule.min_silence_ms, audio)) {}

  // at: the chunk's first sample.
  void take(float probability, std::int64_t at) {
    if (probability >= rule_.threshold) {
      silence_.reset();
      if (!speech_) speech_ = at;
    } else if (probability < rule_.neg_threshold && speech_) {
      if (!silence_) silence_ = at;
      if (at - *silence_ >= min_silence_) end_at(*silence_);
    }
  }

  std::vector<SpeechSegment> finish(std::int64_t samples) {
    if (speech_) end_at(samples);
    return std::move(segments_);
  }

 private:
  void end_at(std::int64_t end) {
    if (end - *speech_ > min_speech_) segments_.push_back({*speech_, end});
    speech_.reset();
    silence_.reset();
  }

  const SpeechRule& rule_;
  std::int64_t min_speech_;
  std::int64_t min_silence_;
  std::optional<std::int64_t> speech_;   // where it began
  std::optional<std::int64_t> silence_;  // where it may have ended
  std::vector<SpeechSegment> segments_;
};

// Two that are close share the silence between them.
void pad(std::vector<SpeechSegment>& segments, std::int64_t padding, std::int64_t samples) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    SpeechSegment& s = segments[i];
    if (i == 0) s.begin = std::max<std::int64_t>(0, s.begin - padding);
    if (i + 1 == segments.size()) {
      s.end = std::min(samples, s.end + padding);
      continue;
    }
    SpeechSegment& next = segments[i + 1];
    const std::int64_t share = std::min(padding, (next.begin - s.end) / 2);
    s.end += share;
    next.begin -= share;
  }
}

}  // namespace

std::vector<SpeechSegment> speech_segments(std::span<const float> probabilities,
                                           std::int64_t samples, const AudioRule& audio,
                                           const SpeechRule& rule) {
  Follower follower(audio, rule);
  std::int64_t at = 0;
  for (const float p : probabilities) {
    follower.take(p, at);
    at += audio.chunk;
  }
  std::vector<SpeechSegment> segments = follower.finish(samples);
  pad(segments, samples_of(rule.pad_ms, audio), samples);
  return segments;
}

}  // namespace mote
