// Integer matrix product and convolution of u8 by s8 in tiles of 2 rows by 2 columns, eight terms
// to an instruction (Arm's usmmla): 32 multiply-accumulates where a dot product does 16.
// 0.073 instructions for a multiply-accumulate, of which rows of x that are joined take a fifth.
#pragma once
#include "kernels/gemm_dot.inl.h"

#if defined(__ARM_FEATURE_MATMUL_INT8) && HWY_TARGET == HWY_NEON

namespace mote {
namespace {

template <int kRows, int kVectors>
struct GemmI8mm {
  static constexpr std::int64_t kPanel = kVectors * kLanes;
  static constexpr std::int64_t kRowBlock = 96;                // rows of one pass over the weights
  static constexpr int kPairs = static_cast<int>(kLanes / 2);  // of columns in a vector of sums
  static_assert(kLanes == 4);
  // Of fewer than eight terms, most of a tile would be zeros.
  using Dot = GemmDot<kRows, kVectors>;

  static std::int64_t packed_size(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept {
    if (k < 8) return Dot::packed_size(n, k, taps);
    return (n + kPanel - 1) / kPanel * panel_size(k, taps);
  }

  // For each panel its biases, its factors, then for each tap, for each eight of p, eight bytes of
  // each column. What is beyond n or k is zeros.
  static void pack(const PackQ8& w, std::int32_t* packed) noexcept {
    if (w.k < 8) return Dot::pack(w, packed);
    const std::int64_t size = panel_size(w.k, w.taps);
    for (std::int64_t j = 0; j < w.n; j += kPanel, packed += size) {
      const std::int64_t cols = w.n - j < kPanel ? w.n - j : kPanel;
      for (std::int64_t c = 0; c < kPanel; ++c) {
        packed[c] = c < cols ? w.bias[j + c] : 0;
        packed[kPanel + c] = c < cols ? bits_of(w.factor[j + c]) : 0;
      }
      auto* to = reinterpret_cast<std::int8_t*>(packed + 2 * kPanel);
      for (std::int64_t t = 0; t < w.taps; ++t) {
        for (std::int64_t p = 0; p < w.k; p += 8, to += 8 * kPanel) {
          pack_eights(w, w.w + j * w.stride_n + t * w.stride_t + p * w.stride_k, cols,
                      w.k - p < 8 ? w.k - p : 8, to);
        }
      }
    }
  }

  static void indirect(const IndirectGemmQ8& g) noexcept {
    if (g.k < 8) return Dot::indirect(g);
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
  // Row r of a tile has pointers rows[r * taps + t].
  struct Tile {
    const std::uint8_t* const* rows;
    const std::int32_t* packed;
    std::uint8_t* y;
    std::int64_t cols;
  };

  static std::int64_t panel_size(std::int64_t k, std::int64_t taps) {
    return kPanel * (2 + taps * ((k + 7) / 8 * 2));
  }

  static void pack_eights(const PackQ8& w, const std::int16_t* from, std::int64_t cols,
                          std::int64_t terms, std::int8_t* to) {
    for (std::int64_t c = 0; c < kPanel; ++c) {
      for (std::int64_t i = 0; i < 8; ++i, ++to) {
        const bool real = c < cols && i < terms;
        *to = static_cast<std::int8_t>(real ? from[c * w.stride_n + i * w.stride_k] : 0);
      }
    }
  }

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

  // Eight terms of two rows by the panel's columns: sums of a pair of columns lie row by row.
  template <int kB, int kC>
  MOTE_INLINE static void add_eights(const uint8x16_t (&x)[kB], const std::int8_t* w,
                                     int32x4_t (&sum)[kB][kC]) {
    MOTE_UNROLL(16)
    for (int c = 0; c < kC; ++c) {
      const int8x16_t columns = vld1q_s8(w + c * 16);
      MOTE_UNROLL(16)
      for (int b = 0; b < kB; ++b) sum[b][c] = vusmmlaq_s32(sum[b][c], x[b], columns);
    }
  }

  static uint8x16_t join(uint64x2_t x) { return vreinterpretq_u8_u64(x); }

  // The last terms of a row, fewer than eight, and zeros: the eight bytes that end with them.
  static uint8x8_t load_last(const std::uint8_t* end, std::int64_t terms) {
    const uint64x1_t bytes = vreinterpret_u64_u8(vld1_u8(end - 8));
    return vreinterpret_u8_u64(vshl_u64(bytes, vdup_n_s64(8 * (terms - 8))));
  }

  template <int kR, int kV>
  MOTE_ALONE static void kernel(const Tile& tile, const IndirectGemmQ8& g,
                                const Requantizer& requantizer) {
    constexpr int kB = (kR + 1) / 2;  // pairs of rows; the last row of an odd number is two
    constexpr int kC = kV * kPairs;   // pairs of columns
    int32x4_t sum[kB][kC];
    MOTE_UNROLL(16)
    for (int c = 0; c < kC; ++c) {
      const int32x2_t bias = vld1_s32(tile.packed + 2 * c);
      MOTE_UNROLL(16)
      for (int b = 0; b < kB; ++b) sum[b][c] = vcombine_s32(bias, bias);
    }
    const uint8x16_t flips = vdupq_n_u8(g.flip);
    const auto* w = reinterpret_cast<const std::int8_t*>(tile.packed + 2 * kPanel);
    for (std::int64_t t = 0; t < g.taps; ++t) {
      const std::uint8_t* x[2 * kB];
      MOTE_UNROLL(16)
      for (int r = 0; r < 2 * kB; ++r) x[r] = tile.rows[(r < kR ? r : kR - 1) * g.taps + t];
      std::int64_t p = 0;
      for (; p + 16 <= g.k; p += 16, w += 16 * kPanel) {
        uint8x16_t first[kB], second[kB];
        MOTE_UNROLL(16)
        for (int b = 0; b < kB; ++b) {
          const auto above = vreinterpretq_u64_u8(veorq_u8(vld1q_u8(x[2 * b] + p), flips));
          const auto below = vreinterpretq_u64_u8(veorq_u8(vld1q_u8(x[2 * b + 1] + p), flips));
          first[b] = join(vzip1q_u64(above, below));
          second[b] = join(vzip2q_u64(above, below));
        }
        add_eights(first, w, sum);
        add_eights(second, w + 8 * kPanel, sum);
      }
      const auto eights = [&](auto load) {
        uint8x16_t both[kB];
        MOTE_UNROLL(16)
        for (int b = 0; b < kB; ++b) {
          both[b] = veorq_u8(vcombine_u8(load(x[2 * b]), load(x[2 * b + 1])), flips);
        }
        add_eights(both, w, sum);
        w += 8 * kPanel;
      };
      if (p + 8 <= g.k) eights([p](const std::uint8_t* row) { return vld1_u8(row + p); });
      // Weights beyond k are zeros: what the flip makes of the zeros here does not matter.
      if (g.k % 8 != 0) {
        eights([&g](const std::uint8_t* row) { return load_last(row + g.k, g.k % 8); });
      }
    }
    F32 factor[kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) factor[v] = load_factors(tile.packed + kPanel + v * kLanes);
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) {
      S32 row[kV];
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) {
        const int64x2_t left = vreinterpretq_s64_s32(sum[r / 2][2 * v]);
        const int64x2_t right = vreinterpretq_s64_s32(sum[r / 2][2 * v + 1]);
        row[v] = S32(
            vreinterpretq_s32_s64(r % 2 == 0 ? vzip1q_s64(left, right) : vzip2q_s64(left, right)));
      }
      requantizer.store(row, factor, tile.y + r * g.ldy, tile.cols);
    }
  }
};

}  // namespace
}  // namespace mote
#endif
