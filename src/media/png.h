// PNG by libspng.
#pragma once
#include <cstddef>
#include <span>

#include "media/decoded_image.h"

namespace mote {

// As decode_image, for bytes that start as a PNG does; not yet turned upright.
Result<DecodedImage> decode_png(std::span<const std::byte> bytes, const DecodeLimits& limits);

}  // namespace mote
