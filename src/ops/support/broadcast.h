// Operands of different shapes walked together, a row at a time.
#pragma once
#include <array>
#include <cstdint>

#include "base/result.h"
#include "ir/op_def.h"
#include "ops/support/strides.h"

namespace mote {

// The shape of all inputs broadcast together; nullopt if a rank is unknown.
// Errors: kInvalidArgument: two shapes do not broadcast, an input is absent.
Result<std::optional<Shape>> broadcast_inputs(const InferArgs& args);

// Joins neighbouring dimensions along which every operand advances alike, and drops those of size
// 1. At least one dimension is left.
void collapse_dims(Dims& dims, std::span<Dims> strides);

// N operands read as if each had the size of the result, in as few and as long rows as their
// shapes allow.
template <std::size_t N>
struct BroadcastRows {
  Dims dims;                         // what lies outside of a row
  std::array<Dims, N> strides;       // of the operands along `dims`
  std::int64_t length = 0;           // elements of a row
  std::array<std::int64_t, N> step;  // between an operand's elements in a row: 0 or 1

  std::int64_t count() const { return dims.count() * length; }
};

// Requires: each of `from` broadcasts to `to`.
template <std::size_t N>
BroadcastRows<N> broadcast_rows(const std::array<Dims, N>& from, const Dims& to) {
  Dims dims = to;
  std::array<Dims, N> strides;
  for (std::size_t k = 0; k < N; ++k) strides[k] = broadcast_strides(from[k], to);
  collapse_dims(dims, strides);
  const int last = dims.rank() - 1;
  const auto outer = [last](const Dims& d) {
    return Dims(std::span(d.begin(), static_cast<std::size_t>(last)));
  };
  BroadcastRows<N> rows;
  rows.dims = outer(dims);
  rows.length = dims[last];
  for (std::size_t k = 0; k < N; ++k) {
    rows.strides[k] = outer(strides[k]);
    rows.step[k] = strides[k][last];
  }
  return rows;
}

// Elements [begin, end) of the result in pieces that lie in one row each: f(offsets, position, n),
// where an operand's elements start at its offset and the result's at `position`.
template <std::size_t N, class F>
void for_each_row(const BroadcastRows<N>& rows, std::int64_t begin, std::int64_t end, const F& f) {
  while (begin < end) {
    std::int64_t row = begin / rows.length;
    const std::int64_t column = begin % rows.length;
    std::array<std::int64_t, N> at;
    for (std::size_t k = 0; k < N; ++k) at[k] = column * rows.step[k];
    for (int d = rows.dims.rank() - 1; d >= 0; --d) {
      const std::int64_t i = row % rows.dims[d];
      row /= rows.dims[d];
      for (std::size_t k = 0; k < N; ++k) at[k] += i * rows.strides[k][d];
    }
    const std::int64_t n = std::min(rows.length - column, end - begin);
    f(at, begin, n);
    begin += n;
  }
}

template <std::size_t N, class F>
void for_each_row(const BroadcastRows<N>& rows, const F& f) {
  for_each_row(rows, 0, rows.count(), f);
}

}  // namespace mote
