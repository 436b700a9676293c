// From a sound file's bytes to samples at a model's rate.
#pragma once
#include <filesystem>
#include <vector>

#include "base/file_system.h"

namespace mote {

// Samples of one channel, `sample_rate` a second. Bytes and samples together take `max_bytes` at
// most. Errors: those of FileSystem::read, decode_sound and resample, naming the path once.
Result<std::vector<float>> read_samples(const std::filesystem::path& path, std::int32_t sample_rate,
                                        std::uint64_t max_bytes,
                                        const FileSystem& files = FileSystem::real());

}  // namespace mote
