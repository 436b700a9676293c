// Makes the WAV files that tests read.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace mote {

inline std::string little_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
  return out;
}

struct WavForm {
  std::uint32_t tag = 1;  // 1: integers, 3: floats, 7: µ-law
  std::uint32_t channels = 1;
  std::uint32_t bits = 16;
  std::uint32_t rate = 16'000;
};

// A header of 44 bytes, then `data`.
inline std::string make_wav(const WavForm& form, std::string_view data) {
  const std::uint32_t frame = form.channels * form.bits / 8;
  const auto size = static_cast<std::uint32_t>(data.size());
  std::string wav = "RIFF" + little_endian(36 + size, 4) + "WAVEfmt " + little_endian(16, 4);
  wav += little_endian(form.tag, 2) + little_endian(form.channels, 2) + little_endian(form.rate, 4);
  wav +=
      little_endian(form.rate * frame, 4) + little_endian(frame, 2) + little_endian(form.bits, 2);
  wav += "data" + little_endian(size, 4);
  return wav.append(data);
}

}  // namespace mote
