// Any bytes as a WAV file: an error, or samples that are numbers, at whatever rate.
#include <cmath>

#include "base/check.h"
#include "media/sound/sound.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const mote::SoundLimits limits{.max_memory_bytes = 32 << 20};
  const auto sound = mote::decode_sound(std::as_bytes(std::span(data, size)), limits);
  if (!sound) {
    MOTE_CHECK(!sound.error().message.empty());
    MOTE_CHECK(sound.error().code != mote::Code::kInternal);
    return 0;
  }
  MOTE_CHECK(sound->sample_rate > 0);
  MOTE_CHECK(!sound->samples.empty());
  for (const float v : sound->samples) MOTE_CHECK(std::isfinite(v));
  return 0;
}
