// Matrix product and convolution of f32 whose factors are rounded to bf16 and whose sums are f32,
// in tiles of AMX: 32 rows by a panel of columns at a time. Rows that a tile lacks are zeros, so an
// element's bits depend on its own row and weights only. Tested with the instruction emulated; not
// yet measured.
#pragma once
#include "kernels/gemm.inl.h"
#include "kernels/tiles.inl.h"

namespace mote {
namespace {

// Rounded to the nearest, ties to even; NaN stays NaN.
inline std::uint32_t bf16_of(float x) {
  std::uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return bits >> 16 | 0x40;
  return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

inline void to_bf16(const float* x, std::int64_t n, std::uint16_t* y) {
  std::int64_t i = 0;
#if defined(__AVX512BF16__)
  for (; i + 16 <= n; i += 16) {
    const __m256bh rounded = _mm512_cvtneps_pbh(_mm512_loadu_ps(x + i));
    __builtin_memcpy(y + i, &rounded, sizeof rounded);
  }
#endif
  for (; i < n; ++i) y[i] = static_cast<std::uint16_t>(bf16_of(x[i]));
}

template <int kRows, int kVectors>
struct GemmBf16 {
  static constexpr std::int64_t kPanel = kVectors * kLanes;
  static constexpr int kColumns = static_cast<int>(kPanel / 16);  // tiles side by side
  static_assert(kPanel % 16 == 0 && kColumns <= 3);

  static std::int64_t packed_size(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept {
    return (n + kPanel - 1) / kPanel * panel_size(k, taps);
  }

  // Packed: for each panel its biases, then for each tap, for two terms at a time, its columns'
  // weights, two in a word; what is beyond is zeros.
  static void pack(const float* w, const float* bias, std::int64_t n, std::int64_t k,
                   std::int64_t taps, std::int64_t stride_n, std::int64_t stride_t,
                   std::int64_t stride_k, float* packed) noexcept {
    for (std::int64_t j = 0; j < n; j += kPanel, packed += panel_size(k, taps)) {
      const std::int64_t cols = n - j < kPanel ? n - j : kPanel;
      for (std::int64_t c = 0; c < kPanel; ++c) {
        packed[c] = c < cols && bias != nullptr ? bias[j + c] : 0.0F;
      }
      __builtin_memset(packed + kPanel, 0,
                       static_cast<std::size_t>(all_pairs(k, taps) * kPanel) * 4);
      for (std::int64_t c = 0; c < cols; ++c) {
        std::uint16_t* to = reinterpret_cast<std::uint16_t*>(packed + kPanel + c);
        for (std::int64_t t = 0; t < taps; ++t, to += 2 * pairs(k) * kPanel) {
          const float* from = w + (j + c) * stride_n + t * stride_t;
          for (std::int64_t p = 0; p < k; ++p) {
            to[p / 2 * 2 * kPanel + p % 2] =
                static_cast<std::uint16_t>(bf16_of(from[p * stride_k]));
          }
        }
      }
    }
  }

  static void indirect(const IndirectGemmF32& g) noexcept {
    Tiles tiles;
    const FastEpilogue fast(g.epilogue);
    for (std::int64_t i = 0; i < g.m; i += 32) {
      if (g.m - i > 16) {
        block<2>(tiles, fast, g, i);
      } else {
        block<1>(tiles, fast, g, i);
      }
    }
  }

  static void direct(const GemmF32& g) noexcept {
    const float* rows[kRowBlock];
    for (std::int64_t i = 0; i < g.m; i += kRowBlock) {
      const std::int64_t m = g.m - i < kRowBlock ? g.m - i : kRowBlock;
      for (std::int64_t r = 0; r < m; ++r) rows[r] = g.x + (i + r) * g.ldx;
      EpilogueF32 epilogue = g.epilogue;
      if (epilogue.residual != nullptr) epilogue.residual += i * epilogue.residual_ld;
      indirect({m, g.n, g.k, 1, rows, g.packed, g.y + i * g.ldy, g.ldy, epilogue});
    }
  }

 private:
  static constexpr std::int64_t kPairs = 16;        // of terms, in a tile
  static constexpr std::int64_t kChunkPairs = 512;  // of a row that are converted at once
  // A cache line more than the chunk: rows a multiple of 2 KiB apart would share few sets.
  static constexpr std::int64_t kStride = 2 * kChunkPairs + 32;

  static std::int64_t pairs(std::int64_t k) { return (k + 1) / 2; }
  static std::int64_t all_pairs(std::int64_t k, std::int64_t taps) {
    return (taps * pairs(k) + kPairs - 1) / kPairs * kPairs;
  }
  static std::int64_t panel_size(std::int64_t k, std::int64_t taps) {
    return kPanel * (1 + all_pairs(k, taps));
  }

  // Rows [i, i + 16 * kR), as far as there are, of all columns.
  template <int kR>
  static void block(Tiles& tiles, const FastEpilogue& fast, const IndirectGemmF32& g,
                    std::int64_t i) {
    alignas(64) std::uint16_t x[kR * 16 * kStride];
    const std::int64_t all = all_pairs(g.k, g.taps);
    const bool once = all <= kChunkPairs;
    if (once) convert<kR>(g, i, 0, all, x);
    const float* packed = g.packed;
    for (std::int64_t j = 0; j < g.n; j += kPanel, packed += panel_size(g.k, g.taps)) {
      start<kR, 0>(tiles, packed);
      const float* w = packed + kPanel;
      for (std::int64_t first = 0; first < all; first += kChunkPairs) {
        const std::int64_t count = all - first < kChunkPairs ? all - first : kChunkPairs;
        if (!once) convert<kR>(g, i, first, count, x);
        for (std::int64_t p = 0; p < count; p += kPairs, w += kPairs * kPanel) {
          multiply<kR, 0>(tiles, x + 2 * p, w);
        }
      }
      finish<kR>(tiles, fast, g, i, j);
    }
  }

  // Pairs [first, first + count) of the rows; zeros where there is no row or no term.
  template <int kR>
  static void convert(const IndirectGemmF32& g, std::int64_t i, std::int64_t first,
                      std::int64_t count, std::uint16_t* x) {
    for (std::int64_t r = 0; r < kR * 16; ++r, x += kStride) {
      __builtin_memset(x, 0, static_cast<std::size_t>(count) * 4);
      if (i + r >= g.m) continue;
      const float* const* taps = g.rows + (i + r) * g.taps;
      const std::int64_t of_tap = pairs(g.k);
      const std::int64_t end = first + count < g.taps * of_tap ? first + count : g.taps * of_tap;
      std::uint16_t* to = x;
      for (std::int64_t pair = first; pair < end;) {
        const std::int64_t p = pair % of_tap;
        const std::int64_t here = end - pair < of_tap - p ? end - pair : of_tap - p;
        const std::int64_t terms = g.k - 2 * p < 2 * here ? g.k - 2 * p : 2 * here;
        to_bf16(taps[pair / of_tap] + 2 * p, terms, to);
        to += 2 * here;
        pair += here;
      }
    }
  }

  // The sums of tile row r and tile column c are register r * kColumns + c; 6 holds x, 7 weights.
  template <int kR, int kTile>
  static void start(Tiles& tiles, const float* bias) {
    tiles.load<kTile>(bias + kTile % kColumns * 16, 0);  // the same row sixteen times
    if constexpr (kTile + 1 < kR * kColumns) start<kR, kTile + 1>(tiles, bias);
  }

  template <int kR, int kColumn>
  static void multiply(Tiles& tiles, const std::uint16_t* x, const float* w) {
    tiles.load<7>(w + kColumn * 16, kPanel * 4);
    tiles.load<6>(x, kStride * 2);
    tiles.multiply_bf16<kColumn, 6, 7>();
    if constexpr (kR > 1) {
      tiles.load<6>(x + 16 * kStride, kStride * 2);
      tiles.multiply_bf16<kColumns + kColumn, 6, 7>();
    }
    if constexpr (kColumn + 1 < kColumns) multiply<kR, kColumn + 1>(tiles, x, w);
  }

  template <int kTile, int kLast>
  static void store(Tiles& tiles, float* sums) {
    tiles.store<kTile>(sums + (kTile / kColumns) * 16 * kPanel + kTile % kColumns * 16, kPanel * 4);
    if constexpr (kTile < kLast) store<kTile + 1, kLast>(tiles, sums);
  }

  template <int kR>
  static void finish(Tiles& tiles, const FastEpilogue& fast, const IndirectGemmF32& g,
                     std::int64_t i, std::int64_t j) {
    alignas(64) float sums[kR * 16 * kPanel];
    store<0, kR * kColumns - 1>(tiles, sums);
    const std::int64_t rows = g.m - i < kR * 16 ? g.m - i : kR * 16;
    const std::int64_t cols = g.n - j < kPanel ? g.n - j : kPanel;
    const float* residual = g.epilogue.residual;
    if (residual != nullptr) residual += i * g.epilogue.residual_ld + j;
    float* y = g.y + i * g.ldy + j;
    for (std::int64_t r = 0; r < rows; ++r) {
      finish_row<kVectors>(fast, sums + r * kPanel, residual, y + r * g.ldy, cols);
      if (residual != nullptr) residual += g.epilogue.residual_ld;
    }
    finish_rows(g.epilogue, y, g.ldy, rows, cols);
  }

  // One row of as many vectors as the columns fill.
  template <int kV>
  static void finish_row(const FastEpilogue& fast, const float* sums, const float* residual,
                         float* y, std::int64_t cols) {
    if constexpr (kV > 1) {
      if (cols <= (kV - 1) * kLanes) return finish_row<kV - 1>(fast, sums, residual, y, cols);
    }
    F32 sum[1][kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) sum[0][v] = hn::LoadU(kF32, sums + v * kLanes);
    if (cols == kV * kLanes) {
      finish_tile(fast, Whole{}, residual, 0, y, 0, sum);
    } else {
      finish_tile(fast, part(cols - (kV - 1) * kLanes), residual, 0, y, 0, sum);
    }
  }
};

}  // namespace
}  // namespace mote
