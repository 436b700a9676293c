// Boxes that a model gives by the cells of grids.
#pragma once
#include <span>

#include "tasks/detection/detection.h"

namespace mote {

// Which cell box `i` belongs to: its stride in pixels and its place in the grid, in cells. Grids
// follow each other in the order of strides, their cells row by row.
struct GridCell {
  std::int32_t stride = 0;
  std::int64_t x = 0;
  std::int64_t y = 0;
};
// Requires: 0 <= i < grid_cells(image, strides); strides are positive.
GridCell grid_cell(ImageSize image, std::span<const std::int32_t> strides, std::int64_t i);
std::int64_t grid_cells(ImageSize image, std::span<const std::int32_t> strides);

}  // namespace mote
