#include "ops/support/box.h"

#include <cstring>
#include <string>

#include "ir/dtype.h"
#include "ops/support/copy.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

struct Row {
  std::int64_t count, from, from_step, to, to_step;
};

template <std::size_t kWidth>
void copy_row_of(const TensorView& from, const MutTensorView& to, const Row& row) {
  const auto* source = from.as<std::byte>();
  auto* target = to.as<std::byte>();
  constexpr auto kStep = static_cast<std::int64_t>(kWidth);
  for (std::int64_t i = 0; i < row.count; ++i) {
    std::memcpy(target + (row.to + i * row.to_step) * kStep,
                source + (row.from + i * row.from_step) * kStep, kWidth);
  }
}

void copy_row(const TensorView& from, const MutTensorView& to, const Row& row) {
  if (row.from_step == 1 && row.to_step == 1) {
    return copy_range(from, row.from, to, row.to, row.count);
  }
  if (row.from_step == 0 && row.to_step == 1) {
    return fill_range(from, row.from, to, row.to, row.count);
  }
  switch (from.dtype == DType::kString ? 0 : bit_width(from.dtype)) {
    case 8:
      return copy_row_of<1>(from, to, row);
    case 16:
      return copy_row_of<2>(from, to, row);
    case 32:
      return copy_row_of<4>(from, to, row);
    case 64:
      return copy_row_of<8>(from, to, row);
    default:
      for (std::int64_t i = 0; i < row.count; ++i) {
        copy_range(from, row.from + i * row.from_step, to, row.to + i * row.to_step, 1);
      }
  }
}

}  // namespace

MergedBox merge_box(const Dims& dims, const Dims& from, const Dims& to) {
  MergedBox box;
  auto& [f, t] = box.strides;
  for (int d = 0; d < dims.rank(); ++d) {
    if (dims[d] == 1) continue;
    const int last = box.dims.rank() - 1;
    if (last >= 0 && f[last] == from[d] * dims[d] && t[last] == to[d] * dims[d]) {
      box.dims[last] *= dims[d];
      f[last] = from[d];
      t[last] = to[d];
    } else {
      box.dims.push_back(dims[d]);
      f.push_back(from[d]);
      t.push_back(to[d]);
    }
  }
  return box;
}

BoxPlace placed_whole(const Dims& dims) { return {0, row_major_strides(dims)}; }

BoxPlace placed_at(const Dims& dims, const Dims& begin) {
  BoxPlace place = placed_whole(dims);
  for (int d = 0; d < dims.rank(); ++d) place.offset += begin[d] * place.strides[d];
  return place;
}

void copy_box(const Dims& dims, const TensorView& from, const BoxPlace& from_place,
              const MutTensorView& to, const BoxPlace& to_place) {
  const MergedBox box = merge_box(dims, from_place.strides, to_place.strides);
  Row row = {1, 0, 1, 0, 1};
  Dims outer;
  if (const int last = box.dims.rank() - 1; last >= 0) {
    row = {box.dims[last], 0, box.strides[0][last], 0, box.strides[1][last]};
    outer = Dims(std::span<const std::int64_t>(box.dims).first(static_cast<std::size_t>(last)));
  }
  if (row.count == 0) return;
  for_each_offset(outer, box.strides, [&](const std::array<std::int64_t, 2>& at) {
    row.from = from_place.offset + at[0];
    row.to = to_place.offset + at[1];
    copy_row(from, to, row);
  });
}

}  // namespace mote
