#include "media/sound/sound_format.h"

#include <algorithm>

#include "media/image_format.h"

namespace mote {
namespace {

using std::string_view_literals::operator""sv;

struct Signature {
  std::string_view start;
  std::string_view name;
};

constexpr Signature kOthers[] = {
    {"fLaC"sv, "FLAC"},    {"OggS"sv, "Ogg"},     {"ID3"sv, "MP3"},
    {"\xFF\xFB"sv, "MP3"}, {"\xFF\xF3"sv, "MP3"}, {"\xFF\xF1"sv, "AAC"},
    {"\xFF\xF9"sv, "AAC"}, {"FORM"sv, "AIFF"},    {".snd"sv, "AU"},
    {"caff"sv, "CAF"},     {"#!AMR"sv, "AMR"},    {"\x1A\x45\xDF\xA3"sv, "Matroska or WebM"},
    {"MThd"sv, "MIDI"},
};

// RIFF and its kin with larger sizes; the kind of content stands behind the size.
bool is_wav(std::string_view text) {
  for (const std::string_view start : {"RIFF"sv, "RIFX"sv, "RF64"sv}) {
    if (text.starts_with(start)) return text.substr(8).starts_with("WAVE"sv);
  }
  return false;
}

}  // namespace

SoundFormat sound_format(std::span<const std::byte> bytes) noexcept {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              std::min<std::size_t>(bytes.size(), 16));
  if (text.size() >= 12 && is_wav(text)) return {true, "WAV"};
  for (const Signature& s : kOthers) {
    if (text.starts_with(s.start)) return {false, s.name};
  }
  if (text.starts_with("RIFF"sv) && text.size() < 12) return {false, "a file cut short"};
  return {false, image_format(bytes).name};
}

}  // namespace mote
