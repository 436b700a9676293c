#include "tasks/detection/grid.h"

namespace mote {
namespace {

std::int64_t cells_along(std::int32_t side, std::int64_t stride) {
  return (side + stride - 1) / stride;
}

std::int64_t boxes_of_cell(const BoxRule& rule, std::size_t grid) {
  return rule.decode == BoxDecode::kSsd ? std::ssize(rule.anchors[grid]) : 1;
}

}  // namespace

std::int64_t grid_boxes(const BoxRule& rule, ImageSize image) {
  std::int64_t boxes = 0;
  for (std::size_t g = 0; g < rule.strides.size(); ++g) {
    boxes += cells_along(image.height, rule.strides[g]) *
             cells_along(image.width, rule.strides[g]) * boxes_of_cell(rule, g);
  }
  return boxes;
}

GridCell grid_cell(const BoxRule& rule, ImageSize image, std::int64_t i) {
  for (std::size_t g = 0; g < rule.strides.size(); ++g) {
    const std::int64_t width = cells_along(image.width, rule.strides[g]);
    const std::int64_t height = cells_along(image.height, rule.strides[g]);
    const std::int64_t each = boxes_of_cell(rule, g);
    const std::int64_t boxes = height * width * each;
    if (i < boxes) {
      const std::int64_t cell = i / each;
      return {g, cell % width, cell / width, static_cast<std::size_t>(i % each), width, height};
    }
    i -= boxes;
  }
  return {};
}

}  // namespace mote
