// From a model's numbers to an image.
#pragma once
#include "mote/tensor.h"
#include "tasks/image/picture_rule.h"
#include "tasks/image/placement.h"
#include "tasks/image/resize.h"

namespace mote {

// 8-bit interleaved pixels [height, width, channels]; channels is 1 (grey) or 3 (RGB).
struct Pixels {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t channels = 0;
  std::vector<std::uint8_t> values;
};

// What went into the model, to which its answer is held.
struct PictureSource {
  const PixelView& image;
  const ImagePlacement& place;  // of `image` in the model's input
  ImageSize input;              // of the model's input
};

// output: [1, channels, height, width] or [1, height, width, channels], as `rule` says. The part of
// it that shows what was filled in is cut away. kLuma: gives RGB with this brightness and the
// source's colours, as in YCbCr (JFIF), enlarged by the cubic filter; grey, if the source is.
// Errors: kInvalidArgument: other sizes; kUnsupported: another type; kResourceExhausted: more than
// max_bytes.
// Requires: check(rule) as PixelScale; place is of image and input.
Result<Pixels> tensor_to_picture(const Tensor& output, const PictureRule& rule,
                                 const PictureSource& source,
                                 std::uint64_t max_bytes = std::uint64_t{1} << 30);

}  // namespace mote
