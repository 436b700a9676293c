// Integer matrix product and convolution of u8 by s8 in tiles of AMX: 32 rows by a panel of columns
// at a time. What is left of the rows is computed by GemmDot, on the same packed weights.
#pragma once
#include "kernels/gemm_dot.inl.h"
#include "kernels/tiles.inl.h"

namespace mote {
namespace {

template <int kRows, int kVectors>
struct GemmAmx {
  static constexpr std::int64_t kQuads = 16;  // of a tile: 64 terms
  using Dot = GemmDot<kRows, kVectors, kQuads>;
  static constexpr std::int64_t kPanel = Dot::kPanel;
  static constexpr int kColumns = static_cast<int>(kPanel / 16);  // tiles side by side
  static_assert(kPanel % 16 == 0 && kColumns <= 3);

  static std::int64_t packed_size(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept {
    return Dot::packed_size(n, k, taps);
  }
  static void pack(const PackQ8& w, std::int32_t* packed) noexcept { Dot::pack(w, packed); }

  static void indirect(const IndirectGemmQ8& g) noexcept {
    const std::int64_t whole = g.m / 16 * 16;
    if (whole > 0) {
      Tiles tiles;
      const Requantizer requantizer(g.out);
      for (std::int64_t i = 0; i < whole; i += kRowBlock) {
        const std::int64_t end = i + kRowBlock < whole ? i + kRowBlock : whole;
        rows(tiles, requantizer, g, i, end);
      }
    }
    if (whole == g.m) return;
    IndirectGemmQ8 rest = g;
    rest.m -= whole;
    rest.rows += whole * g.taps;
    rest.y += whole * g.ldy;
    Dot::indirect(rest);
  }

 private:
  static constexpr std::int64_t kRowBlock = 96;  // rows of one pass over the weights

  // 16 rows of x, 64 terms of each: where they lie, or a copy.
  struct Source {
    const void* at;
    std::int64_t stride;
  };

  static void rows(Tiles& tiles, const Requantizer& requantizer, const IndirectGemmQ8& g,
                   std::int64_t begin, std::int64_t end) {
    const std::int64_t panel_size = Dot::panel_size(g.k, g.taps);
    const std::int32_t* packed = g.packed;
    for (std::int64_t j = 0; j < g.n; j += kPanel, packed += panel_size) {
      std::int64_t i = begin;
      for (; i + 32 <= end; i += 32) block<2>(tiles, requantizer, g, packed, i, j);
      if (i < end) block<1>(tiles, requantizer, g, packed, i, j);
    }
  }

  // 16 * kR rows from i on, columns [j, j + kPanel).
  template <int kR>
  static void block(Tiles& tiles, const Requantizer& requantizer, const IndirectGemmQ8& g,
                    const std::int32_t* packed, std::int64_t i, std::int64_t j) {
    alignas(64) std::uint8_t copies[kR][16 * 64];
    start<kR>(tiles, packed);
    const std::int32_t* w = packed + 2 * kPanel;
    const std::int64_t all = Dot::quads(g.k) * g.taps;
    for (std::int64_t quad = 0; quad < all; quad += kQuads, w += kQuads * kPanel) {
      Source x[kR];
      for (int r = 0; r < kR; ++r) {
        x[r] = source(g, g.rows + (i + r * 16) * g.taps, quad, all, copies[r]);
      }
      multiply<kR, 0>(tiles, x, w);
    }
    finish<kR>(tiles, requantizer, g, packed, i, j);
  }

  // The sums of tile row r and tile column c are register r * kColumns + c; 6 holds x, 7 weights.
  template <int kR>
  static void start(Tiles& tiles, const std::int32_t* bias) {
    start_one<0>(tiles, bias);
    if constexpr (kColumns > 1) start_one<1>(tiles, bias + 16);
    if constexpr (kColumns > 2) start_one<2>(tiles, bias + 32);
    if constexpr (kR > 1) {
      start_one<kColumns>(tiles, bias);
      if constexpr (kColumns > 1) start_one<kColumns + 1>(tiles, bias + 16);
      if constexpr (kColumns > 2) start_one<kColumns + 2>(tiles, bias + 32);
    }
  }
  template <int kTile>
  static void start_one(Tiles& tiles, const std::int32_t* bias) {
    tiles.load<kTile>(bias, 0);  // the same row sixteen times
  }

  template <int kR, int kColumn>
  static void multiply(Tiles& tiles, const Source (&x)[kR], const std::int32_t* w) {
    tiles.load<7>(w + kColumn * 16, kPanel * 4);
    tiles.load<6>(x[0].at, x[0].stride);
    tiles.multiply<kColumn, 6, 7>();
    if constexpr (kR > 1) {
      tiles.load<6>(x[kR - 1].at, x[kR - 1].stride);
      tiles.multiply<kColumns + kColumn, 6, 7>();
    }
    if constexpr (kColumn + 1 < kColumns) multiply<kR, kColumn + 1>(tiles, x, w);
  }

  template <int kTile, int kLast>
  static void store(Tiles& tiles, std::int32_t* sums) {
    tiles.store<kTile>(sums + (kTile / kColumns) * 16 * kPanel + kTile % kColumns * 16, kPanel * 4);
    if constexpr (kTile < kLast) store<kTile + 1, kLast>(tiles, sums);
  }

  template <int kR>
  static void finish(Tiles& tiles, const Requantizer& requantizer, const IndirectGemmQ8& g,
                     const std::int32_t* packed, std::int64_t i, std::int64_t j) {
    alignas(64) std::int32_t sums[kR * 16 * kPanel];
    store<0, kR * kColumns - 1>(tiles, sums);
    F32 factor[kVectors];
    MOTE_UNROLL(16)
    for (int v = 0; v < kVectors; ++v) factor[v] = load_factors(packed + kPanel + v * kLanes);
    std::uint8_t* y = g.y + i * g.ldy + j;
    for (std::int64_t r = 0; r < kR * 16; ++r, y += g.ldy) {
      S32 sum[kVectors];
      MOTE_UNROLL(16)
      for (int v = 0; v < kVectors; ++v) sum[v] = hn::LoadU(kS32, sums + r * kPanel + v * kLanes);
      requantizer.store(sum, factor, y, g.n - j);
    }
  }

  // Terms [4 * quad, 4 * quad + 64) of 16 rows.
  static Source source(const IndirectGemmQ8& g, const std::uint8_t* const* rows, std::int64_t quad,
                       std::int64_t all, std::uint8_t* copy) {
    const std::int64_t of_tap = Dot::quads(g.k);
    const std::int64_t tap = quad / of_tap, p = quad % of_tap * 4;
    const std::int64_t stride = rows[g.taps + tap] - rows[tap];
    bool there = g.flip == 0 && p + 64 <= g.k;
    for (std::int64_t r = 2; there && r < 16; ++r) {
      there = rows[r * g.taps + tap] - rows[(r - 1) * g.taps + tap] == stride;
    }
    if (there) return {rows[tap] + p, stride};
    for (std::int64_t r = 0; r < 16; ++r) {
      gather(g, rows + r * g.taps, quad, all, copy + r * 64);
    }
    return {copy, 64};
  }

  // The same of one row, tap by tap; beyond the last there are no weights.
  static void gather(const IndirectGemmQ8& g, const std::uint8_t* const* taps, std::int64_t quad,
                     std::int64_t all, std::uint8_t* to) {
    const std::int64_t of_tap = Dot::quads(g.k);
    const std::int64_t end = quad + kQuads < all ? quad + kQuads : all;
    std::uint8_t* const first = to;
    while (quad < end) {
      const std::int64_t p = quad % of_tap * 4;
      const std::int64_t left = of_tap - quad % of_tap;
      const std::int64_t count = end - quad < left ? end - quad : left;
      const std::int64_t bytes = g.k - p < count * 4 ? g.k - p : count * 4;
      __builtin_memcpy(to, taps[quad / of_tap] + p, static_cast<std::size_t>(bytes));
      for (std::int64_t b = bytes; b < count * 4; ++b) to[b] = 0;
      to += count * 4;
      quad += count;
    }
    for (; to < first + 64; ++to) *to = 0;
    if (g.flip == 0) return;
    for (int b = 0; b < 64; ++b) first[b] ^= g.flip;
  }
};

}  // namespace
}  // namespace mote
