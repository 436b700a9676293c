// WebP by libwebp.
#pragma once
#include <cstddef>
#include <span>

#include "media/decoded_image.h"

namespace mote {

// As decode_image, for bytes that start as a WebP does. Of an animation: kUnsupported.
Result<DecodedImage> decode_webp(std::span<const std::byte> bytes, const DecodeLimits& limits);

}  // namespace mote
