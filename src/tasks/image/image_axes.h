// Where channels, height and width are in an image tensor.
#pragma once
#include <cstddef>

#include "mote/tensor.h"
#include "tasks/image/image_rule.h"

namespace mote {

struct ImageAxes {
  std::size_t channels, height, width;
};

constexpr ImageAxes axes_of(ImageLayout layout) {
  return layout == ImageLayout::kNchw ? ImageAxes{1, 2, 3} : ImageAxes{3, 1, 2};
}

// Element types that pixels become.
constexpr bool is_pixel_type(DType dtype) {
  return dtype == DType::kF32 || dtype == DType::kU8 || dtype == DType::kS8;
}

}  // namespace mote
