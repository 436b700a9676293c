// Turns a decoded image upright.
#pragma once
#include "media/decoded_image.h"

namespace mote {

// Turns and mirrors the pixels as orientation 1 to 8 of EXIF asks.
// Errors: kResourceExhausted (out of memory for the second copy).
Result<Image> upright(DecodedImage decoded);

}  // namespace mote
