// Integer matrix product and convolution of u8 by s8, four terms to an instruction: rows of x are
// read where they lie. Arm: 0.095 instructions for a multiply-accumulate of 16 to an instruction.
#pragma once
#include "kernels/dot4.inl.h"
#include "kernels/panels_q8.inl.h"

namespace mote {
namespace {

// kStep: a panel's weights take a multiple of so many times four terms; what is beyond is zeros.
template <int kRows, int kVectors, int kStep = 1>
struct GemmDot {
  static constexpr std::int64_t kPanel = kVectors * kLanes;
  static constexpr std::int64_t kRowBlock = 96;  // rows of one pass over the weights
  using Panels = PanelsQ8<kPanel, 4, std::int8_t>;

  static std::int64_t packed_size(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept {
    return (n + kPanel - 1) / kPanel * panel_size(k, taps);
  }
  static std::int64_t panel_size(std::int64_t k, std::int64_t taps) {
    return Panels::size((taps * quads(k) + kStep - 1) / kStep * kStep);
  }
  static std::int64_t quads(std::int64_t k) { return Panels::groups(k); }

  static void pack(const PackQ8& w, std::int32_t* packed) noexcept {
    Panels::pack(w, panel_size(w.k, w.taps), packed);
    if constexpr (kSignedDot) add_128(w, packed);
  }

  static void indirect(const IndirectGemmQ8& g) noexcept {
    const std::int64_t size = panel_size(g.k, g.taps);
    const Requantizer requantizer(g.out);
    for (std::int64_t i = 0; i < g.m; i += kRowBlock) {
      const std::int64_t m = g.m - i < kRowBlock ? g.m - i : kRowBlock;
      const std::int32_t* packed = g.packed;
      for (std::int64_t j = 0; j < g.n; j += kPanel, packed += size) {
        const std::int64_t cols = g.n - j < kPanel ? g.n - j : kPanel;
        tiles(g, requantizer, {g.rows + i * g.taps, packed, g.y + i * g.ldy + j, cols}, m);
      }
    }
  }

 private:
  // What x is less, times the weights, to the biases.
  static void add_128(const PackQ8& w, std::int32_t* packed) {
    for (std::int64_t j = 0; j < w.n; ++j) {
      std::int64_t sum = 0;
      for (std::int64_t t = 0; t < w.taps; ++t) {
        const std::int16_t* from = w.w + j * w.stride_n + t * w.stride_t;
        for (std::int64_t p = 0; p < w.k; ++p) sum += from[p * w.stride_k];
      }
      std::int32_t& bias = packed[j / kPanel * panel_size(w.k, w.taps) + j % kPanel];
      bias = static_cast<std::int32_t>(static_cast<std::uint32_t>(bias) +
                                       static_cast<std::uint32_t>(128 * sum));
    }
  }

  // Row r of a tile has pointers rows[r * taps + t].
  struct Tile {
    const std::uint8_t* const* rows;
    const std::int32_t* packed;
    std::uint8_t* y;
    std::int64_t cols;
  };

  // m rows in tiles of nearly equal height.
  static void tiles(const IndirectGemmQ8& g, const Requantizer& requantizer, Tile tile,
                    std::int64_t m) {
    for (std::int64_t left = (m + kRows - 1) / kRows; left > 0; --left) {
      const std::int64_t rows = (m + left - 1) / left;
      pick<kRows, kVectors>(rows, tile, g, requantizer);
      tile.rows += rows * g.taps;
      tile.y += rows * g.ldy;
      m -= rows;
    }
  }

  // Calls the kernel of `rows` rows and as many vectors as the columns fill.
  template <int kR, int kV>
  static void pick(std::int64_t rows, const Tile& tile, const IndirectGemmQ8& g,
                   const Requantizer& requantizer) {
    if constexpr (kR > 1) {
      if (rows < kR) return pick<kR - 1, kV>(rows, tile, g, requantizer);
    }
    if constexpr (kV > 1) {
      if (tile.cols <= (kV - 1) * kLanes) return pick<kR, kV - 1>(rows, tile, g, requantizer);
    }
    kernel<kR, kV>(tile, g, requantizer);
  }

  // The first n of four bytes, at most three, zeros behind them.
  static std::int32_t first_bytes(const std::uint8_t* from, std::int64_t n) {
    std::uint32_t quad = from[0];
    if (n > 1) quad |= std::uint32_t{from[1]} << 8;
    if (n > 2) quad |= std::uint32_t{from[2]} << 16;
    return static_cast<std::int32_t>(quad);
  }

  template <int kR, int kV>
  MOTE_INLINE static void add_quads(const std::int32_t (&quad)[kR], S32 flips,
                                    const std::int32_t* w, S32 (&sum)[kR][kV]) {
    S32 column[kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) column[v] = hn::LoadU(kS32, w + v * kLanes);
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) {
      const S32 x = hn::Xor(hn::Set(kS32, quad[r]), flips);
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) sum[r][v] = dot4(sum[r][v], x, column[v]);
    }
  }

  // kLanes quads of each row, from p on. Returns the weights behind theirs.
  template <int kR, int kV>
  MOTE_INLINE static const std::int32_t* add_by_lane(const std::uint8_t* const (&x)[kR],
                                                     std::int64_t p, S32 flips,
                                                     const std::int32_t* w, S32 (&sum)[kR][kV]) {
    S32 quads[kR];
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) {
      quads[r] = hn::Xor(hn::BitCast(kS32, hn::LoadU(TagRow(), x[r] + p)), flips);
    }
    return add_lanes<0>(quads, w, sum);
  }
  template <int kLane, int kR, int kV>
  MOTE_INLINE static const std::int32_t* add_lanes(const S32 (&x)[kR], const std::int32_t* w,
                                                   S32 (&sum)[kR][kV]) {
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) {
      const S32 column = hn::LoadU(kS32, w + v * kLanes);
      MOTE_UNROLL(16)
      for (int r = 0; r < kR; ++r) sum[r][v] = dot4_lane<kLane>(sum[r][v], x[r], column);
    }
    if constexpr (kLane + 1 < kLanes) return add_lanes<kLane + 1>(x, w + kPanel, sum);
    return w + kPanel;
  }

  template <int kR, int kV>
  MOTE_ALONE static void kernel(const Tile& tile, const IndirectGemmQ8& g,
                                const Requantizer& requantizer) {
    S32 sum[kR][kV];
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) {
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) sum[r][v] = hn::LoadU(kS32, tile.packed + v * kLanes);
    }
    const std::uint32_t flip = kSignedDot ? g.flip ^ 0x80U : g.flip;
    const S32 flips = hn::Set(kS32, static_cast<std::int32_t>(flip * 0x01010101U));
    const std::int32_t* w = tile.packed + 2 * kPanel;
    const std::int64_t whole = g.k / 4 * 4;
    for (std::int64_t t = 0; t < g.taps; ++t) {
      const std::uint8_t* x[kR];
      MOTE_UNROLL(16)
      for (int r = 0; r < kR; ++r) x[r] = tile.rows[r * g.taps + t];
      std::int32_t quad[kR];
      std::int64_t p = 0;
      if constexpr (kSignedDot) {
        for (; p + 4 * kLanes <= whole; p += 4 * kLanes) w = add_by_lane(x, p, flips, w, sum);
      }
      for (; p < whole; p += 4, w += kPanel) {
        MOTE_UNROLL(16)
        for (int r = 0; r < kR; ++r) __builtin_memcpy(&quad[r], x[r] + p, sizeof quad[r]);
        add_quads(quad, flips, w, sum);
      }
      if (whole == g.k) continue;
      // Weights beyond k are zeros: what the flip makes of the zeros here does not matter.
      for (int r = 0; r < kR; ++r) quad[r] = first_bytes(x[r] + whole, g.k - whole);
      add_quads(quad, flips, w, sum);
      w += kPanel;
    }
    F32 factor[kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) factor[v] = load_factors(tile.packed + kPanel + v * kLanes);
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) {
      requantizer.store(sum[r], factor, tile.y + r * g.ldy, tile.cols);
    }
  }
};

}  // namespace
}  // namespace mote
