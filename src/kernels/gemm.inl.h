// Matrix product and convolution: one micro-kernel, sums of rows given by pointers times packed
// weights. An element's sum runs over taps, then k, in order, one fused multiply-add each (scalar:
// a product and a sum), whatever the blocks and tiles: bits do not depend on m, n or where they
// are cut. 49 GMAC/s of 52 with AVX2 on Zen 3 where x and weights are in the cache, 33 where there
// are 16 terms to a sum. Arm: 0.33 instructions for a multiply-accumulate of four to an
// instruction, 0.34 to 0.36 with all around them.
#pragma once
#include "kernels/transpose.inl.h"
#include "kernels/unary.inl.h"

namespace mote {
namespace {

// Rows of one pass over the weights: their sums over a chunk wait in a buffer on the stack.
constexpr std::int64_t kRowBlock = 96;
// Terms of one chunk: a panel's weights for that many stay in the L2 cache for a pass.
constexpr std::int64_t kDepthBlock = 256;
// Terms by which weights are fetched ahead: the first tile of a pass reads them from beyond L2.
constexpr std::int64_t kAhead = 32;

// What a tile reads and where its sums start and go. Row r of the tile has pointers
// rows[r * taps + t]; the chunk is `taps_here` of them from `rows` on, `depth` floats from p0 on.
struct Tile {
  const float* const* rows;
  std::int64_t taps, taps_here, p0, depth;
  const float* w;
  const float* start;
  std::int64_t start_ld;  // 0: all rows start at the bias
  float* y;
  std::int64_t ldy, cols;
  const float* residual;
  std::int64_t residual_ld;
};

template <int kRows, int kVectors>
struct Gemm {
  static constexpr std::int64_t kPanel = kVectors * kLanes;

  static std::int64_t packed_size(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept {
    return (n + kPanel - 1) / kPanel * kPanel * (1 + taps * k);
  }

  // Packed: for each panel its biases, then for each tap, for each p, its columns' weights;
  // columns from n on are zeros.
  static void pack(const float* w, const float* bias, std::int64_t n, std::int64_t k,
                   std::int64_t taps, std::int64_t stride_n, std::int64_t stride_t,
                   std::int64_t stride_k, float* packed) noexcept {
    for (std::int64_t j = 0; j < n; j += kPanel) {
      const std::int64_t cols = n - j < kPanel ? n - j : kPanel;
      for (std::int64_t c = 0; c < kPanel; ++c) {
        *packed++ = c < cols && bias != nullptr ? bias[j + c] : 0.0F;
      }
      for (std::int64_t t = 0; t < taps; ++t, packed += k * kPanel) {
        pack_tap(w + j * stride_n + t * stride_t, cols, k, stride_n, stride_k, packed);
      }
    }
  }

  static void indirect(const IndirectGemmF32& g) noexcept {
    for (std::int64_t i = 0; i < g.m; i += kRowBlock) {
      const std::int64_t m = g.m - i < kRowBlock ? g.m - i : kRowBlock;
      row_block(g, g.rows + i * g.taps, i, m);
    }
  }

  static void direct(const GemmF32& g) noexcept {
    const float* rows[kRowBlock];
    const IndirectGemmF32 same{g.m, g.n, g.k, 1, rows, g.packed, g.y, g.ldy, g.epilogue};
    for (std::int64_t i = 0; i < g.m; i += kRowBlock) {
      const std::int64_t m = g.m - i < kRowBlock ? g.m - i : kRowBlock;
      for (std::int64_t r = 0; r < m; ++r) rows[r] = g.x + (i + r) * g.ldx;
      row_block(same, rows, i, m);
    }
  }

  // The weights of one p into the cache.
  static void fetch(const float* w) {
    constexpr std::int64_t kLine = 16;
    if constexpr (kPanel >= kLine) {
      MOTE_UNROLL(16)
      for (std::int64_t i = 0; i < kPanel; i += kLine) __builtin_prefetch(w + i);
    }
  }

 private:
  static void pack_tap(const float* w, std::int64_t cols, std::int64_t k, std::int64_t stride_n,
                       std::int64_t stride_k, float* packed) {
    if (cols == kPanel && stride_n == 1) return pack_rows(w, k, stride_k, packed);
    if (cols == kPanel && stride_k == 1) {
      return transpose_32(reinterpret_cast<const std::uint32_t*>(w), stride_n,
                          reinterpret_cast<std::uint32_t*>(packed), kPanel, kPanel, k);
    }
    pack_any(w, cols, k, stride_n, stride_k, packed);
  }

  // Columns that lie side by side.
  static void pack_rows(const float* w, std::int64_t k, std::int64_t stride_k, float* packed) {
    for (std::int64_t p = 0; p < k; ++p, w += stride_k, packed += kPanel) {
      MOTE_UNROLL(16)
      for (int v = 0; v < kVectors; ++v) {
        hn::StoreU(hn::LoadU(TagF32(), w + v * kLanes), TagF32(), packed + v * kLanes);
      }
    }
  }

  // In stretches of p, so that reading along k and writing along columns both stay in few lines.
  static void pack_any(const float* w, std::int64_t cols, std::int64_t k, std::int64_t stride_n,
                       std::int64_t stride_k, float* packed) {
    constexpr std::int64_t kStretch = 16;
    for (std::int64_t p0 = 0; p0 < k; p0 += kStretch) {
      const std::int64_t p_end = p0 + kStretch < k ? p0 + kStretch : k;
      for (std::int64_t c = 0; c < kPanel; ++c) {
        for (std::int64_t p = p0; p < p_end; ++p) {
          packed[p * kPanel + c] = c < cols ? w[c * stride_n + p * stride_k] : 0.0F;
        }
      }
    }
  }

  // Rows [i, i + m) of y, m <= kRowBlock.
  static void row_block(const IndirectGemmF32& g, const float* const* rows, std::int64_t i,
                        std::int64_t m) {
    const std::int64_t panel_size = kPanel * (1 + g.taps * g.k);
    const float* packed = g.packed;
    for (std::int64_t j = 0; j < g.n; j += kPanel, packed += panel_size) {
      Tile block{};
      block.rows = rows;
      block.taps = g.taps;
      block.y = g.y + i * g.ldy + j;
      block.ldy = g.ldy;
      block.cols = g.n - j < kPanel ? g.n - j : kPanel;
      if (g.epilogue.residual != nullptr) {
        block.residual = g.epilogue.residual + i * g.epilogue.residual_ld + j;
        block.residual_ld = g.epilogue.residual_ld;
      }
      panel_f32(block, g, m, packed);
    }
  }

  // The chunks of one panel: whole taps while they are short, else pieces of one tap. Sums travel
  // from chunk to chunk through `sums`; the last chunk writes y.
  static void panel_f32(Tile block, const IndirectGemmF32& g, std::int64_t m, const float* packed) {
    alignas(64) float sums[kRowBlock * kPanel];
    const Tile whole = block;
    const bool whole_taps = g.k <= kDepthBlock;
    const std::int64_t group = whole_taps ? kDepthBlock / (g.k > 0 ? g.k : 1) : 1;
    block.start = packed;
    block.w = packed + kPanel;
    for (std::int64_t tap = 0;;) {
      block.taps_here = g.taps - tap < group ? g.taps - tap : group;
      block.depth = g.k - block.p0 < kDepthBlock ? g.k - block.p0 : kDepthBlock;
      const bool tap_ends = block.p0 + block.depth >= g.k;
      const bool last = tap_ends && tap + block.taps_here >= g.taps;
      if (last) {
        block.y = whole.y, block.ldy = whole.ldy, block.cols = whole.cols;
        block.residual = whole.residual;
      } else {
        block.y = sums, block.ldy = kPanel, block.cols = whole_vectors(whole.cols);
        block.residual = nullptr;
      }
      tiles(block, m, last ? g.epilogue : EpilogueF32{});
      if (last) return;
      block.start = sums, block.start_ld = kPanel;
      block.w += block.taps_here * block.depth * kPanel;
      block.p0 = tap_ends ? 0 : block.p0 + block.depth;
      if (tap_ends) tap += block.taps_here, block.rows += block.taps_here;
    }
  }

  // m rows in tiles of nearly equal height: a tile of one row would wait for its own sums.
  static void tiles(const Tile& block, std::int64_t m, const EpilogueF32& epilogue) {
    const FastEpilogue fast(epilogue);
    Tile tile = block;
    for (std::int64_t i = 0, left = (m + kRows - 1) / kRows; left > 0; --left) {
      const std::int64_t rows = (m - i + left - 1) / left;
      tile.rows = block.rows + i * block.taps;
      tile.start = block.start + i * block.start_ld;
      tile.y = block.y + i * block.ldy;
      if (block.residual != nullptr) tile.residual = block.residual + i * block.residual_ld;
      pick<kRows, kVectors>(rows, tile, fast);
      finish_rows(epilogue, tile.y, tile.ldy, rows, tile.cols);
      i += rows;
    }
  }

  // Calls the kernel of `rows` rows and as many vectors as the columns fill.
  template <int kR, int kV>
  static void pick(std::int64_t rows, const Tile& tile, const FastEpilogue& fast) {
    if constexpr (kR > 1) {
      if (rows < kR) return pick<kR - 1, kV>(rows, tile, fast);
    }
    if constexpr (kV > 1) {
      if (tile.cols <= (kV - 1) * kLanes) return pick<kR, kV - 1>(rows, tile, fast);
    }
    kernel<kR, kV>(tile, fast);
  }

  // kLanes terms from p on. Returns the weights behind theirs.
  template <int kR, int kV>
  MOTE_INLINE static const float* add_by_lane(const float* const (&x)[kR], std::int64_t p,
                                              const float* w, F32 (&sum)[kR][kV]) {
    F32 values[kR];
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) values[r] = hn::LoadU(kF32, x[r] + p);
    return add_lanes<0>(values, w, sum);
  }
  template <int kLane, int kR, int kV>
  MOTE_INLINE static const float* add_lanes(const F32 (&x)[kR], const float* w,
                                            F32 (&sum)[kR][kV]) {
    fetch(w + kAhead * kPanel);
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) {
      const F32 column = hn::LoadU(kF32, w + v * kLanes);
      MOTE_UNROLL(16)
      for (int r = 0; r < kR; ++r) sum[r][v] = mul_add_lane<kLane>(x[r], column, sum[r][v]);
    }
    if constexpr (kLane + 1 < kLanes) return add_lanes<kLane + 1>(x, w + kPanel, sum);
    return w + kPanel;
  }

  template <int kR, int kV>
  MOTE_ALONE static void kernel(const Tile& tile, const FastEpilogue& fast) {
    F32 sum[kR][kV];
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) {
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) {
        sum[r][v] = hn::LoadU(kF32, tile.start + r * tile.start_ld + v * kLanes);
      }
    }
    const float* w = tile.w;
    for (std::int64_t t = 0; t < tile.taps_here; ++t) {
      const float* x[kR];
      MOTE_UNROLL(16)
      for (int r = 0; r < kR; ++r) x[r] = tile.rows[r * tile.taps + t] + tile.p0;
      std::int64_t p = 0;
      if constexpr (kByLane) {
        for (; p + kLanes <= tile.depth; p += kLanes) w = add_by_lane(x, p, w, sum);
      }
      MOTE_UNROLL(2)
      for (; p < tile.depth; ++p, w += kPanel) {
        fetch(w + kAhead * kPanel);
        F32 column[kV];
        MOTE_UNROLL(16)
        for (int v = 0; v < kV; ++v) column[v] = hn::LoadU(kF32, w + v * kLanes);
        MOTE_UNROLL(16)
        for (int r = 0; r < kR; ++r) {
          const F32 value = splat(x[r][p]);
          MOTE_UNROLL(16)
          for (int v = 0; v < kV; ++v) sum[r][v] = hn::MulAdd(value, column[v], sum[r][v]);
        }
      }
    }
    if (tile.cols == kV * kLanes) {
      finish_tile(fast, Whole{}, tile.residual, tile.residual_ld, tile.y, tile.ldy, sum);
    } else {
      finish_tile(fast, part(tile.cols - (kV - 1) * kLanes), tile.residual, tile.residual_ld,
                  tile.y, tile.ldy, sum);
    }
  }
};

}  // namespace
}  // namespace mote
