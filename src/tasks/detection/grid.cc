#include "tasks/detection/grid.h"

namespace mote {

std::int64_t grid_cells(ImageSize image, std::span<const std::int32_t> strides) {
  std::int64_t cells = 0;
  for (const std::int64_t s : strides) cells += (image.height / s) * (image.width / s);
  return cells;
}

GridCell grid_cell(ImageSize image, std::span<const std::int32_t> strides, std::int64_t i) {
  for (const std::int32_t s : strides) {
    const std::int64_t width = image.width / s;
    const std::int64_t cells = (image.height / s) * width;
    if (i < cells) return {s, i % width, i / width};
    i -= cells;
  }
  return {};
}

}  // namespace mote
