#include "measure/sound_samples.h"

#include <algorithm>

#include "media/sound/sound.h"
#include "tasks/audio/resample.h"

namespace mote {
namespace {

Result<std::vector<float>> to_samples(Bytes bytes, std::int32_t sample_rate,
                                      std::uint64_t max_bytes) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  SoundLimits limits;
  limits.max_memory_bytes = static_cast<std::int64_t>(std::min(max_bytes - bytes.size(), kMost));
  MOTE_ASSIGN(Sound sound, decode_sound(bytes, limits));
  bytes = Bytes();
  if (sound.sample_rate == sample_rate) return std::move(sound.samples);
  return resample(sound.samples, sound.sample_rate, sample_rate,
                  max_bytes - sound.samples.size() * sizeof(float));
}

}  // namespace

Result<std::vector<float>> read_samples(const std::filesystem::path& path, std::int32_t sample_rate,
                                        std::uint64_t max_bytes, const FileSystem& files) {
  MOTE_ASSIGN(Bytes bytes, files.read(path, max_bytes));
  auto samples = to_samples(std::move(bytes), sample_rate, max_bytes);
  if (!samples) return std::move(samples).error().with_context(path.native());
  return samples;
}

}  // namespace mote
