// What the decoders of single formats share.
#pragma once
#include <cstdint>
#include <string_view>

#include "media/image.h"

namespace mote {

struct DecodedImage {
  Image image;
  int orientation = 1;  // EXIF's, 1 to 8
};

// What an image's header promises. `bytes_per_pixel` counts every buffer that lives at one time.
struct ImageCost {
  std::int64_t width;
  std::int64_t height;
  std::int64_t bytes_per_pixel;
};

// Returns the bytes of the budget that are left after the pixels: 0 or more.
// Errors: kInvalidArgument (too many pixels); kResourceExhausted (too many bytes). `format` begins
// the message.
Result<std::int64_t> check_cost(std::string_view format, const ImageCost& cost,
                                const DecodeLimits& limits);

// Zeroed pixels. Errors: kResourceExhausted (out of memory).
// Requires: a size that passed check_cost.
Result<Image> allocate_image(std::int64_t width, std::int64_t height, std::int32_t channels);

}  // namespace mote
