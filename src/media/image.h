// Image files to pixels, pixels to PNG bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace mote {

// 8-bit interleaved pixels [height, width, channels]; channels is 1 (grey) or 3 (RGB).
struct Image {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t channels = 0;
  std::vector<std::uint8_t> pixels;
};

// What one image may cost. Both are checked on the header, before any memory is taken for pixels.
struct DecodeLimits {
  std::int64_t max_pixels = 100'000'000;
  // The decoded pixels, a second copy to turn them, and the coefficients of a progressive JPEG.
  std::int64_t max_memory_bytes = std::int64_t{1} << 30;
};

// Decodes the JPEG, PNG, BMP, PNM (P1 to P6), TIFF, WebP or JPEG 2000 that `bytes` starts with, the
// latter two where the build has their libraries; turned upright as its EXIF data says.
// Grey files give 1 channel, all others 3: palettes are expanded, CMYK becomes RGB (Adobe's
// inverted values, without a colour profile), 16-bit samples keep their high byte, and alpha is
// dropped: the colour stored beneath a transparent pixel is what the model sees.
//
// Errors: kUnsupported (another format, which is named; an empty file; a kind of
// compression or colour that a decoder lacks); kCorrupt (damaged or truncated, however little is
// missing); kInvalidArgument (over max_pixels); kResourceExhausted (over max_memory_bytes, or out
// of memory).
Result<Image> decode_image(std::span<const std::byte> bytes, const DecodeLimits& limits = {});

// The same, not turned. Errors: as decode_image.
Result<Image> decode_as_stored(std::span<const std::byte> bytes, const DecodeLimits& limits = {});

// A PNG of 8-bit grey or RGB.
// Errors: kInvalidArgument (a size below 1, channels neither 1 nor 3, pixels of another length).
Result<std::vector<std::byte>> encode_png(const Image& image);

// Grey is repeated in each channel.
// Requires: channels is 1 or 3.
Image to_rgb(Image image);

// Luma of ITU-R BT.601, rounded: 0.299 R + 0.587 G + 0.114 B.
// Requires: channels is 1 or 3.
Image to_grey(Image image);

}  // namespace mote
