// BMP: Windows bitmaps that are not compressed, of 1, 4, 8, 16, 24 or 32 bits.
#pragma once
#include <cstddef>
#include <span>

#include "media/decoded_image.h"

namespace mote {

// As decode_image, for bytes that start as a BMP does.
Result<DecodedImage> decode_bmp(std::span<const std::byte> bytes, const DecodeLimits& limits);

}  // namespace mote
