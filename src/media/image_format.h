// Which image format a file is in, told by its first bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mote {

struct ImageFormat {
  enum class Kind : std::uint8_t {
    kJpeg,
    kPng,
    kBmp,
    kPnm,
    kTiff,
    kWebp,
    kJpeg2000,
    kCutShort,
    kOther,
  };
  Kind kind;
  // As in "not an image that can be read, but " + name. kCutShort: "JPEG" or "PNG", of which only
  // the first bytes are there.
  std::string_view name;
};

ImageFormat image_format(std::span<const std::byte> bytes) noexcept;

}  // namespace mote
