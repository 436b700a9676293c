// JPEG by libjpeg-turbo.
#pragma once
#include <cstddef>
#include <span>

#include "media/decoded_image.h"

namespace mote {

// As decode_image, for bytes that start as a JPEG does; not yet turned upright.
Result<DecodedImage> decode_jpeg(std::span<const std::byte> bytes, const DecodeLimits& limits);

}  // namespace mote
