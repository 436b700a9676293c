// From probabilities of speech to segments.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "tasks/audio/audio_rule.h"

namespace mote {

// Samples [begin, end).
struct SpeechSegment {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const SpeechSegment&) const = default;
};

// probabilities: of each chunk of audio.chunk samples; samples: of the sound. The segments are in
// order, lie within the sound and do not overlap.
std::vector<SpeechSegment> speech_segments(std::span<const float> probabilities,
                                           std::int64_t samples, const AudioRule& audio,
                                           const SpeechRule& rule);

}  // namespace mote
