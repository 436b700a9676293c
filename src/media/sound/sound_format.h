// Which sound format a file is in, told by its first bytes.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace mote {

struct SoundFormat {
  bool is_wav = false;
  // As in "not a WAV file, but " + name.
  std::string_view name;
};

SoundFormat sound_format(std::span<const std::byte> bytes) noexcept;

}  // namespace mote
