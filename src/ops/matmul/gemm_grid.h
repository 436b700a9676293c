// How matrix products of f32 are packed, cut into pieces and run by workers.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/workers.h"
#include "kernels/table.h"

namespace mote {

// A product of size [m, n] as pieces of [rows, columns]; a function of the shape alone.
struct GemmGrid {
  std::int64_t m = 0, n = 0;
  std::int64_t rows = 1, columns = 1;
  std::int64_t grain = 1;  // pieces for a worker to take at once

  std::int64_t row_pieces() const { return (m + rows - 1) / rows; }
  std::int64_t column_pieces() const { return (n + columns - 1) / columns; }
  std::int64_t pieces() const { return row_pieces() * column_pieces(); }
};

// depth: multiply-accumulates for an element. Requires: m, n, depth >= 1.
GemmGrid cut_gemm(const KernelTable& kernels, std::int64_t m, std::int64_t n, std::int64_t depth);

// One piece: rows [i, i + rows), columns [j, j + columns).
struct GemmPiece {
  std::int64_t i, j, rows, columns;
};
inline GemmPiece piece_of(const GemmGrid& grid, std::int64_t piece) {
  const std::int64_t i = piece / grid.column_pieces() * grid.rows;
  const std::int64_t j = piece % grid.column_pieces() * grid.columns;
  return {i, j, std::min(grid.rows, grid.m - i), std::min(grid.columns, grid.n - j)};
}

// Calls f(group, piece) for each piece of `groups` products alike, shared among the workers.
template <class F>
void for_each_piece(const GemmGrid& grid, std::int64_t groups, Workers& workers, const F& f) {
  const std::int64_t pieces = grid.pieces();
  workers.for_each_range(pieces * groups, grid.grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) f(i / pieces, piece_of(grid, i % pieces));
  });
}

// Computes that piece of `whole`.
void run_piece(const KernelTable& kernels, const GemmPiece& piece, GemmF32 whole);

// All pieces of `whole`, of size grid.m by grid.n.
void run_gemm(const KernelTable& kernels, const GemmGrid& grid, const GemmF32& whole,
              Workers& workers);

// Weights w[j, t, p] = data[j * stride_n + t * stride_t + p * stride_k], j in [0, n), t in
// [0, taps), p in [0, k).
struct GemmWeights {
  const float* data;
  std::int64_t n, k, stride_n, stride_k;
  std::int64_t taps = 1, stride_t = 0;
};
// Packs them as pack_gemm_f32, panels shared among the workers.
void pack_weights(const KernelTable& kernels, const GemmWeights& w, const float* bias,
                  float* packed, Workers& workers);

}  // namespace mote
