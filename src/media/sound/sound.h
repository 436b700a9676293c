// WAV bytes to samples.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace mote {

// Samples of one channel, in [-1, 1] but for files of floats, which may hold any number.
struct Sound {
  std::int32_t sample_rate = 0;  // Hz
  std::vector<float> samples;
};

struct SoundLimits {
  // The samples, and those of all channels while they are read.
  std::int64_t max_memory_bytes = std::int64_t{1} << 30;
};

// Decodes the WAV (RIFF, RIFX or RF64 header; PCM, float, A-law, µ-law, ADPCM and GSM samples) that
// `bytes` are; channels are mixed with equal weights; numbers that are not finite become silence.
// Errors: kUnsupported (another format, which is named; an empty file; more than 64 channels or
// 768,000 Hz); kCorrupt (damaged, no samples); kResourceExhausted (over the limit).
Result<Sound> decode_sound(std::span<const std::byte> bytes, const SoundLimits& limits = {});

}  // namespace mote
