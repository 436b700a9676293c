#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

constexpr std::int64_t kRows = 96;      // the kernel passes over the weights once for these
constexpr double kPieceMacs = 1 << 18;  // 4 us at the 68 GMAC/s of AVX-512, 7 us with AVX2
constexpr double kAloneMacs = 1 << 20;  // below, waking a worker costs more than it saves
constexpr std::int64_t kEnoughPieces = 16;
constexpr std::int64_t kPackedFloats = 1 << 15;  // that a worker packs at once

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

GemmGrid cut_gemm(const KernelTable& kernels, std::int64_t m, std::int64_t n, std::int64_t depth) {
  const std::int64_t block = std::max(kRows / kernels.gemm_rows, std::int64_t{1});
  const std::int64_t row_blocks = ceil_div(m, block * kernels.gemm_rows);
  GemmGrid grid{m, n};
  grid.rows = ceil_div(ceil_div(m, row_blocks), kernels.gemm_rows) * kernels.gemm_rows;
  const double column_macs =
      static_cast<double>(std::min(grid.rows, m)) * static_cast<double>(depth);
  const auto columns = static_cast<std::int64_t>(kPieceMacs / column_macs) + 1;
  grid.columns = row_blocks >= kEnoughPieces ? n : std::min(columns, n);
  grid.columns = ceil_div(grid.columns, kernels.gemm_panel) * kernels.gemm_panel;
  const double piece_macs = column_macs * static_cast<double>(std::min(grid.columns, n));
  const auto fitting = [&](double macs) { return static_cast<std::int64_t>(macs / piece_macs); };
  grid.grain = std::max(fitting(kPieceMacs), std::int64_t{1});
  const double all = static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(depth);
  if (all <= kAloneMacs) grid.grain = std::max(fitting(kAloneMacs), grid.pieces());
  return grid;
}

void run_piece(const KernelTable& kernels, const GemmPiece& piece, GemmF32 whole) {
  whole.m = piece.rows;
  whole.n = piece.columns;
  whole.x += piece.i * whole.ldx;
  whole.y += piece.i * whole.ldy + piece.j;
  whole.packed += kernels.packed_gemm_size_f32(piece.j, whole.k, 1);
  EpilogueF32& e = whole.epilogue;
  if (e.residual != nullptr) e.residual += piece.i * e.residual_ld + piece.j;
  kernels.gemm_f32(whole);
}

void run_gemm(const KernelTable& kernels, const GemmGrid& grid, const GemmF32& whole,
              Workers& workers) {
  for_each_piece(grid, 1, workers,
                 [&](std::int64_t, const GemmPiece& piece) { run_piece(kernels, piece, whole); });
}

void pack_weights(const KernelTable& kernels, const GemmWeights& w, const float* bias,
                  float* packed, Workers& workers) {
  const std::int64_t panel = kernels.gemm_panel;
  const std::int64_t depth = std::max<std::int64_t>(w.k * w.taps, 1);
  const std::int64_t grain = ceil_div(kPackedFloats, panel * depth);
  workers.for_each_range(ceil_div(w.n, panel), grain, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t j = begin * panel;
    const std::int64_t columns = std::min(end * panel, w.n) - j;
    kernels.pack_gemm_f32(w.data + j * w.stride_n, bias != nullptr ? bias + j : nullptr, columns,
                          w.k, w.taps, w.stride_n, w.stride_t, w.stride_k,
                          packed + kernels.packed_gemm_size_f32(j, w.k, w.taps));
  });
}

}  // namespace mote
