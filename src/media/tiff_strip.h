// The ways in which strips of TIFF files are compressed.
#pragma once
#include <cstdint>
#include <span>

namespace mote {

enum class TiffCompression : std::uint16_t {
  kNone = 1,
  kLzw = 5,
  kDeflate = 8,
  kPackBits = 32773,
  kOldDeflate = 32946,  // the same under its first number
};

// Unpacks `packed` until `out` is full; false if there is too little, or it is damaged.
bool unpack_strip(TiffCompression compression, std::span<const std::uint8_t> packed,
                  std::span<std::uint8_t> out);

}  // namespace mote
