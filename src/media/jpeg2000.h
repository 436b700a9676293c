// JPEG 2000 by OpenJPEG: JP2 files and bare codestreams.
#pragma once
#include <cstddef>
#include <span>

#include "media/decoded_image.h"

namespace mote {

// As decode_image, for bytes that start as a JPEG 2000 does. Components of other sizes than the
// image, or in other colour spaces than grey and RGB: kUnsupported.
Result<DecodedImage> decode_jpeg2000(std::span<const std::byte> bytes, const DecodeLimits& limits);

}  // namespace mote
