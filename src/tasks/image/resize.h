// Resizing of images.
#pragma once
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "tasks/image/image_rule.h"

namespace mote {

// 8-bit interleaved pixels [height, width, channels] that somebody else owns.
struct PixelView {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t channels = 0;  // 1 or 3 (RGB)
  const std::uint8_t* pixels = nullptr;
  std::int64_t row_stride = 0;  // bytes from one row to the next
};

// Where on a line of `source` pixels a stretched line of `target` pixels starts and how many of
// its pixels are wanted.
struct Stretch {
  std::int32_t source = 0;
  std::int32_t target = 0;
  std::int32_t first = 0;
  std::int32_t count = 0;
};

// The part of the resized image that lies at [vertical.first, + count) x [horizontal.first, +
// count), as floats [height, width, channels], not rounded.
//
// kBilinear: a triangle of one source pixel's half-width at each side, as wide as a target pixel
// where the image shrinks, so that it averages instead of skipping (as Pillow's BILINEAR).
// kBicubic: Keys' cubic of two source pixels at each side (a = -1/2), as wide in the same way; what
// lies beyond [0, 255] is cut (as Pillow's BICUBIC).
// kNearest: the source pixel under the target's centre.
//
// Errors: kResourceExhausted: the floats, those between the two directions among them, take more
// than max_bytes. Requires: sizes of the stretches are positive and agree with the
// image; count lies within target.
Result<std::vector<float>> resize_window(const PixelView& image, const Stretch& vertical,
                                         const Stretch& horizontal, ResizeFilter filter,
                                         std::uint64_t max_bytes = std::uint64_t{1} << 29);

}  // namespace mote
