// Copying a box of elements between tensors whose strides differ: what most movement is.
#pragma once
#include <array>
#include <cstdint>

#include "mote/tensor.h"

namespace mote {

// Where the elements of a box lie in a tensor: index i at element offset + i · strides.
struct BoxPlace {
  std::int64_t offset = 0;
  Dims strides;  // may be 0 or negative where elements are read
};

// The whole of a tensor of size `dims`.
BoxPlace placed_whole(const Dims& dims);
// A box of a tensor of size `dims` that begins at index `begin`.
BoxPlace placed_at(const Dims& dims, const Dims& begin);

// A box without dimensions of size 1, neighbours merged where they are one run on both sides.
struct MergedBox {
  Dims dims;
  std::array<Dims, 2> strides;  // of source, destination
};
MergedBox merge_box(const Dims& dims, const Dims& from, const Dims& to);

// to[i] = from[i] for every index i of a box of size `dims`. Any dtype. Contiguous runs move at
// once. Requires: both ranges are inside; source and destination do not overlap.
void copy_box(const Dims& dims, const TensorView& from, const BoxPlace& from_place,
              const MutTensorView& to, const BoxPlace& to_place);

}  // namespace mote
