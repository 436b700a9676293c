// Boxes with labels on an image.
#pragma once
#include <span>
#include <string>

#include "media/image.h"
#include "tasks/detection/detection.h"

namespace mote::cli {

struct LabelledBox {
  Box box;
  std::int64_t color = 0;  // boxes of one class have one
  std::string label;
};

// A copy of the image with the boxes, the first on top. Lines and letters grow with the image.
Image draw_boxes(const Image& image, std::span<const LabelledBox> boxes);

}  // namespace mote::cli
