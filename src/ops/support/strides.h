// Walking several tensors together: strides, broadcasting.
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "ir/type.h"

namespace mote {

// Elements between neighbours along each dimension of a row-major tensor.
Dims row_major_strides(const Dims& dims);

// Strides with which a tensor of size `from` is read as if it had size `to`: 0 where it repeats.
// Requires: `from` broadcasts to `to`.
Dims broadcast_strides(const Dims& from, const Dims& to);

// The shape of multidirectional broadcasting. An unknown size and 1 give unknown; an unknown size
// and n > 1 give n. Errors: kInvalidArgument, naming both shapes.
Result<Shape> broadcast_shapes(const Shape& a, const Shape& b);
Result<Dims> broadcast_dims(const Dims& a, const Dims& b);

// Calls f(offsets) for every index of `dims` in row-major order; offsets[k] is the index's dot
// product with strides[k].
template <std::size_t N, class F>
void for_each_offset(const Dims& dims, const std::array<Dims, N>& strides, const F& f) {
  const std::int64_t count = dims.count();
  std::array<std::int64_t, N> offsets{};
  Dims index = dims;
  for (std::int64_t& i : index) i = 0;
  for (std::int64_t n = 0; n < count; ++n) {
    f(offsets);
    for (int d = dims.rank() - 1; d >= 0; --d) {
      for (std::size_t k = 0; k < N; ++k) offsets[k] += strides[k][d];
      if (++index[d] < dims[d]) break;
      for (std::size_t k = 0; k < N; ++k) offsets[k] -= strides[k][d] * dims[d];
      index[d] = 0;
    }
  }
}

}  // namespace mote
