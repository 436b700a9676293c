// AudioRule, SpeechRule: how sound becomes numbers, and numbers become segments of speech.
#pragma once
#include <cstdint>

#include "base/result.h"

namespace mote {

// How sound becomes numbers: mixed to one channel, resampled, and given in chunks.
struct AudioRule {
  std::int32_t sample_rate = 0;  // Hz
  std::int32_t chunk = 0;        // new samples of each run
  std::int32_t context = 0;      // samples before them that the model sees again; at first zeros
  float scale = 1.0F;            // samples are in [-1, 1] times this
  bool operator==(const AudioRule&) const = default;
};

// How the probability of speech in each chunk becomes segments (Silero VAD's rules): speech begins
// at `threshold`, and ends where the probability falls below `neg_threshold` and stays below
// `threshold` for `min_silence_ms`; segments shorter than `min_speech_ms` are dropped; the others
// grow by `pad_ms` at each end, or by half of the silence between two.
struct SpeechRule {
  float threshold = 0.5F;
  float neg_threshold = 0.35F;
  std::int32_t min_speech_ms = 250;
  std::int32_t min_silence_ms = 100;
  std::int32_t pad_ms = 30;
  bool operator==(const SpeechRule&) const = default;
};

// What goes with a threshold where nothing else is said: 0.15 less, but not below 0.01.
float neg_threshold_for(float threshold);

// Errors: kInvalidArgument, naming the field, the value and the bound.
Status check(const AudioRule& rule);
Status check(const SpeechRule& rule);

}  // namespace mote
