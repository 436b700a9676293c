// From decoded pixels to a model's input.
#pragma once
#include "mote/tensor.h"
#include "tasks/image/image_rule.h"
#include "tasks/image/resize.h"

namespace mote {

// [1, channels, height, width] or [1, height, width, channels] of `dtype`, as `rule` says. Grey
// pixels are repeated for colour; colour becomes the luma of ITU-R BT.601, rounded to 8 bits.
// Integers round half to even and saturate. placement.h says which pixels lie where.
//
// Errors: kInvalidArgument: no pixels, sides above 65,535, an image smaller than a crop of it;
// kUnsupported: a dtype other than f32, u8 and s8; kResourceExhausted: more than max_bytes beside
// the image's own.
// Requires: check(rule); rule.size is set; image.row_stride covers its rows.
Result<Tensor> image_to_tensor(const PixelView& image, const ImageRule& rule, DType dtype,
                               std::uint64_t max_bytes = std::uint64_t{1} << 30);

// The sizes of that tensor.
Dims image_dims(const ImageRule& rule);

}  // namespace mote
