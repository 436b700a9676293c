// TIFF: the first picture of a file, in strips or tiles: grey, RGB or of a palette, of 1, 4, 8 or
// 16 bits; not compressed, or by PackBits, LZW or Deflate.
#pragma once
#include <cstddef>
#include <span>

#include "media/decoded_image.h"

namespace mote {

// As decode_image, for bytes that start as a TIFF does; not yet turned upright.
Result<DecodedImage> decode_tiff(std::span<const std::byte> bytes, const DecodeLimits& limits);

}  // namespace mote
