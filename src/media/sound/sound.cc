#include "media/sound/sound.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>

#include "base/text.h"
#include "media/sound/sound_format.h"

namespace mote {
namespace {

constexpr int kMaxChannels = 64;
constexpr int kMaxRate = 768'000;
constexpr sf_count_t kBlockFrames = 4096;

// Bytes in memory as libsndfile reads files.
struct MemoryFile {
  std::span<const std::byte> bytes;
  sf_count_t at = 0;

  sf_count_t size() const { return static_cast<sf_count_t>(bytes.size()); }
};

sf_count_t length_of(void* user) { return static_cast<MemoryFile*>(user)->size(); }
sf_count_t tell(void* user) { return static_cast<MemoryFile*>(user)->at; }

sf_count_t seek(sf_count_t offset, int whence, void* user) {
  auto& file = *static_cast<MemoryFile*>(user);
  const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.at : file.size();
  if (offset < -from || offset > file.size() - from) return -1;
  return file.at = from + offset;
}

sf_count_t read(void* to, sf_count_t count, void* user) {
  auto& file = *static_cast<MemoryFile*>(user);
  const sf_count_t n = std::clamp<sf_count_t>(count, 0, file.size() - file.at);
  if (n > 0) std::memcpy(to, file.bytes.data() + file.at, static_cast<std::size_t>(n));
  file.at += n;
  return n;
}

struct CloseFile {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, CloseFile>;

// The library's text without its dots.
std::string reason_of(SNDFILE* file) {
  const char* text = sf_strerror(file);
  std::string_view reason = text == nullptr ? "" : text;
  while (reason.ends_with('.') || reason.ends_with(' ')) reason.remove_suffix(1);
  return std::string(reason);
}

Status check_info(const SF_INFO& info) {
  if (info.channels < 1 || info.channels > kMaxChannels) {
    return Error{Code::kUnsupported,
                 cat("WAV of ", info.channels, " channels; 1 to ", kMaxChannels, " are supported")};
  }
  if (info.samplerate < 1 || info.samplerate > kMaxRate) {
    return Error{Code::kUnsupported,
                 cat("WAV of ", info.samplerate, " Hz; 1 to ", kMaxRate, " are supported")};
  }
  return {};
}

float mixed(const float* frame, int channels) {
  float sum = 0.0F;
  for (int c = 0; c < channels; ++c) sum += frame[c];
  sum /= static_cast<float>(channels);
  return std::isfinite(sum) ? sum : 0.0F;
}

// The header's number of frames may be anything: what there is counts.
Status read_samples(SNDFILE* file, const SF_INFO& info, std::int64_t max_bytes, Sound& sound) {
  const auto channels = static_cast<std::size_t>(info.channels);
  std::vector<float> block(static_cast<std::size_t>(kBlockFrames) * channels);
  const std::int64_t max_samples =
      max_bytes / static_cast<std::int64_t>(sizeof(float)) - std::ssize(block);
  for (;;) {
    const sf_count_t frames = sf_readf_float(file, block.data(), kBlockFrames);
    if (frames <= 0) return {};
    if (std::ssize(sound.samples) + frames > max_samples / 2) {  // a vector grows by doubling
      return Error{Code::kResourceExhausted,
                   cat("WAV: its samples take more than the limit of ", max_bytes, " bytes")};
    }
    for (sf_count_t i = 0; i < frames; ++i) {
      sound.samples.push_back(mixed(&block[static_cast<std::size_t>(i) * channels], info.channels));
    }
  }
}

Result<Sound> decode_wav(std::span<const std::byte> bytes, const SoundLimits& limits) {
  MemoryFile memory{bytes};
  SF_VIRTUAL_IO io = {length_of, seek, read, nullptr, tell};
  SF_INFO info = {};
  const File file(sf_open_virtual(&io, SFM_READ, &info, &memory));
  if (!file) return Error{Code::kCorrupt, cat("corrupt WAV: ", reason_of(nullptr))};
  MOTE_TRY(check_info(info));
  Sound sound{info.samplerate, {}};
  MOTE_TRY(read_samples(file.get(), info, limits.max_memory_bytes, sound));
  if (sound.samples.empty()) return Error{Code::kCorrupt, "WAV without samples"};
  return sound;
}

}  // namespace

Result<Sound> decode_sound(std::span<const std::byte> bytes, const SoundLimits& limits) {
  const SoundFormat format = sound_format(bytes);
  if (!format.is_wav) {
    return Error{Code::kUnsupported,
                 cat("not a WAV file, but ", format.name, "; convert it to WAV")};
  }
  try {
    return decode_wav(bytes, limits);
  } catch (const std::bad_alloc&) {
    return Error{Code::kResourceExhausted, "out of memory for the samples"};
  }
}

}  // namespace mote
