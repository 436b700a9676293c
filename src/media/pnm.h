// PNM: the portable bitmaps, greymaps and pixmaps P1 to P6.
#pragma once
#include <cstddef>
#include <span>

#include "media/decoded_image.h"

namespace mote {

// As decode_image, for bytes that start with P1 to P6.
Result<DecodedImage> decode_pnm(std::span<const std::byte> bytes, const DecodeLimits& limits);

}  // namespace mote
