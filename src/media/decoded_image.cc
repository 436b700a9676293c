#include "media/decoded_image.h"

#include <new>

#include "base/text.h"

namespace mote {

Result<std::int64_t> check_cost(std::string_view format, const ImageCost& cost,
                                const DecodeLimits& limits) {
  // Both sides come from 32-bit fields, so the product fits.
  const std::int64_t pixels = cost.width * cost.height;
  if (pixels > limits.max_pixels) {
    return Error{Code::kInvalidArgument,
                 cat(format, " of ", cost.width, "x", cost.height, " pixels is over the limit of ",
                     limits.max_pixels, " pixels")};
  }
  // Divided, not multiplied: the limits are the caller's and may be as large as they like.
  if (pixels > limits.max_memory_bytes / cost.bytes_per_pixel) {
    return Error{
        Code::kResourceExhausted,
        cat(format, " of ", cost.width, "x", cost.height, " pixels needs ", cost.bytes_per_pixel,
            " bytes for each, which is over the limit of ", limits.max_memory_bytes, " bytes")};
  }
  return limits.max_memory_bytes - pixels * cost.bytes_per_pixel;
}

Result<Image> allocate_image(std::int64_t width, std::int64_t height, std::int32_t channels) {
  Image image{static_cast<std::int32_t>(width), static_cast<std::int32_t>(height), channels, {}};
  try {
    image.pixels.resize(static_cast<std::size_t>(width * height * channels));
  } catch (const std::bad_alloc&) {
    return Error{Code::kResourceExhausted,
                 cat("out of memory for an image of ", width, "x", height, " pixels")};
  }
  return image;
}

}  // namespace mote
