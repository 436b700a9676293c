// Boxes that a model gives by the cells of grids.
#pragma once
#include "tasks/detection/detection.h"

namespace mote {

// Which cell a box belongs to: its grid, its place there in cells, and which of the cell's boxes it
// is. Grids follow each other in the order of strides, their cells row by row, a cell's boxes
// together; a cell at the right or lower edge may hang over it.
struct GridCell {
  std::size_t grid = 0;
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::size_t box = 0;
  std::int64_t columns = 1;  // of the grid
  std::int64_t rows = 1;
};
// Requires: 0 <= i < grid_boxes(rule, image); `rule` has passed check.
GridCell grid_cell(const BoxRule& rule, ImageSize image, std::int64_t i);
// As many boxes as the grids have: one for each cell, or one for each of its anchors.
std::int64_t grid_boxes(const BoxRule& rule, ImageSize image);

}  // namespace mote
