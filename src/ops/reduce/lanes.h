// How operators that work along axes divide a tensor.
#pragma once
#include <array>
#include <cstdint>

#include "ops/support/broadcast.h"

namespace mote {

// One axis: element i of lane (o, c) is number (o * size + i) * inner + c.
struct Lanes {
  std::int64_t outer, size, inner;

  // Calls f(first element) for each lane; its elements are `inner` apart.
  template <class F>
  void for_each(const F& f) const {
    if (size == 0) return;
    for (std::int64_t o = 0; o < outer; ++o) {
      for (std::int64_t c = 0; c < inner; ++c) f(o * size * inner + c);
    }
  }
};

inline Lanes lanes_along(const Dims& dims, int axis) {
  return {dims.count(0, axis), dims[axis], dims.count(axis + 1, dims.rank())};
}

// Several axes: a group of elements for each index of the others.
class AxisGroups {
 public:
  using Marks = std::array<bool, kMaxRank>;  // of dimensions

  AxisGroups(const Dims& dims, const Marks& grouped) {
    const Dims strides = row_major_strides(dims);
    for (int d = 0; d < dims.rank(); ++d) {
      Walk& walk = grouped[static_cast<std::size_t>(d)] ? within_ : groups_;
      walk.dims.push_back(dims[d]);
      walk.strides[0].push_back(strides[d]);
    }
    collapse_dims(within_.dims, within_.strides);
    collapse_dims(groups_.dims, groups_.strides);
  }

  std::int64_t count() const { return groups_.dims.count(); }
  std::int64_t size() const { return within_.dims.count(); }

  // Calls f(offset) for each group; its elements are `offset` and what for_each_within adds.
  template <class F>
  void for_each(const F& f) const {
    for_each_offset(groups_.dims, groups_.strides, [&](const auto& at) { f(at[0]); });
  }
  template <class F>
  void for_each_within(const F& f) const {
    for_each_offset(within_.dims, within_.strides, [&](const auto& at) { f(at[0]); });
  }

 private:
  struct Walk {
    Dims dims;
    std::array<Dims, 1> strides;
  };
  Walk groups_, within_;
};

}  // namespace mote
