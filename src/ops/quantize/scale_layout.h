// Which scale an element of a tensor has: one for all, one for each index of an axis, or one for
// each block along it.
#pragma once
#include <algorithm>
#include <cstdint>

#include "ir/op_def.h"

namespace mote {

// The tensor is [outer, size, inner]; the scales are one, [size], or [outer, blocks, inner].
struct ScaleLayout {
  std::int64_t outer = 1, size = 1, inner = 1;
  std::int64_t block = 0;   // along the axis; 0: no blocks
  std::int64_t blocks = 1;  // along the axis
  bool single = false;      // one scale

  std::int64_t count() const { return outer * size * inner; }
};

// scale: dims of the scales. block_size 0: none is stated. Errors: kInvalidArgument.
Result<ScaleLayout> scale_layout(const Dims& x, const Dims& scale, std::int64_t axis,
                                 std::int64_t block_size);

// The same checks of what inference knows. `what` names the scales.
Status check_scales(const InferArgs& args, std::size_t scale, std::int64_t axis,
                    std::int64_t block_size);

// Elements [begin, end) in runs whose scales are one, or neighbours: f(first, count, scale, step),
// where element first + i has scale number scale + i * step and step is 0 or 1.
template <class F>
void for_each_run(const ScaleLayout& l, std::int64_t begin, std::int64_t end, const F& f) {
  if (l.single) return f(begin, end - begin, std::int64_t{0}, std::int64_t{0});
  const bool rows = l.inner == 1 && l.block == 0;  // the axis is the last
  while (begin < end) {
    const std::int64_t row = begin / l.inner;
    const std::int64_t index = row % l.size;
    const std::int64_t column = begin % l.inner;
    std::int64_t length = l.inner - column, scale = index, step = 0;
    if (rows) {
      length = l.size - index, step = 1;
    } else if (l.block > 0) {
      scale = (row / l.size * l.blocks + index / l.block) * l.inner + column;
      if (l.inner == 1) {
        length = std::min(l.block - index % l.block, l.size - index);
      } else {
        step = 1;
      }
    }
    length = std::min(length, end - begin);
    f(begin, length, scale, step);
    begin += length;
  }
}

}  // namespace mote
