// Integer matrix product, convolution and depthwise convolution of 8-bit numbers: exact sums of 32
// bits, then one factor. Every variant gives the same bits.
#pragma once
#include "kernels/simd.inl.h"
#include "kernels/table.h"

namespace mote {
namespace {

using TagU32 = hn::RebindToUnsigned<TagS32>;
using TagBytes = hn::Rebind<std::uint8_t, TagS32>;
constexpr TagBytes kBytes;

// Each lane of a and b holds two s16: sum + low * low + high * high.
inline S32 add_pairs(S32 sum, S32 a, S32 b) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  const hn::Repartition<std::int16_t, TagS32> halves;
  S32 other = hn::Zero(kS32);  // x86 sums neighbours, and leaves it
  return hn::ReorderWidenMulAccumulate(kS32, hn::BitCast(halves, a), hn::BitCast(halves, b), sum,
                                       other);
#else
  const auto low = [](S32 v) { return hn::ShiftRight<16>(hn::ShiftLeft<16>(v)); };
  const S32 highs = hn::Mul(hn::ShiftRight<16>(a), hn::ShiftRight<16>(b));
  return hn::Add(hn::Add(sum, hn::Mul(low(a), low(b))), highs);
#endif
}

// n bytes as s16, to `to`, and a zero behind them if n is odd.
inline void widen(const std::uint8_t* from, std::int64_t n, std::uint8_t flip, std::int16_t* to) {
  std::int64_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::Repartition<std::int16_t, TagS32> halves;
  const hn::Rebind<std::uint8_t, decltype(halves)> bytes;
  constexpr std::int64_t kHalves = 2 * kLanes;
  const auto flips = hn::Set(bytes, flip);
  for (; i + kHalves <= n; i += kHalves) {
    const auto x = hn::Xor(hn::LoadU(bytes, from + i), flips);
    hn::StoreU(hn::PromoteTo(halves, x), halves, to + i);
  }
#endif
  for (; i < n; ++i) to[i] = static_cast<std::int16_t>(from[i] ^ flip);
  if (n % 2 != 0) to[n] = 0;
}

// Sums to elements. Factors are finite, so that nothing is NaN.
class Requantizer {
 public:
  explicit Requantizer(const RequantizeQ8& r)
      : zero_point_(hn::Set(kS32, r.zero_point)),
        low_(splat(static_cast<float>(r.low - r.zero_point))),
        high_(splat(static_cast<float>(r.high - r.zero_point))) {}

  // Lanes from `count` on are not stored.
  void store(S32 sum, F32 factor, std::uint8_t* y, std::int64_t count) const {
    const F32 v = hn::Mul(hn::ConvertTo(kF32, sum), factor);
    const F32 magic = splat(12582912.0F);  // 1.5 * 2^23: the sum has no bits below 1
    const F32 whole = hn::Sub(hn::Add(clamp(v, low_, high_), magic), magic);
    const S32 q = hn::Add(hn::ConvertTo(kS32, whole), zero_point_);
    const auto bytes = hn::TruncateTo(kBytes, hn::BitCast(TagU32(), q));
    if (count >= kLanes) {
      hn::StoreU(bytes, kBytes, y);
      return;
    }
    alignas(64) std::uint8_t buffer[kLanes];
    hn::StoreU(bytes, kBytes, buffer);
    for (std::int64_t i = 0; i < count; ++i) y[i] = buffer[i];
  }

 private:
  S32 zero_point_;
  F32 low_, high_;
};

inline F32 load_factors(const std::int32_t* p) { return hn::BitCast(kF32, hn::LoadU(kS32, p)); }

inline std::int32_t bits_of(float v) {
  std::int32_t bits;
  __builtin_memcpy(&bits, &v, sizeof bits);
  return bits;
}

template <int kRows, int kVectors>
struct GemmQ8 {
  static constexpr std::int64_t kPanel = kVectors * kLanes;
  static constexpr std::int64_t kDepth = 512;    // bytes of a row that are widened at once
  static constexpr std::int64_t kRowBlock = 96;  // rows of one pass over the weights

  static std::int64_t packed_size(std::int64_t n, std::int64_t k, std::int64_t taps) noexcept {
    return (n + kPanel - 1) / kPanel * kPanel * (2 + taps * pairs(k));
  }

  // Packed: for each panel its biases, its factors, then for each tap, for each two p, the two
  // weights of each column in one s32; columns from n on are zeros.
  static void pack(const PackQ8& w, std::int32_t* packed) noexcept {
    for (std::int64_t j = 0; j < w.n; j += kPanel) {
      const std::int64_t cols = w.n - j < kPanel ? w.n - j : kPanel;
      for (std::int64_t c = 0; c < kPanel; ++c) *packed++ = c < cols ? w.bias[j + c] : 0;
      for (std::int64_t c = 0; c < kPanel; ++c) {
        *packed++ = c < cols ? bits_of(w.factor[j + c]) : 0;
      }
      for (std::int64_t t = 0; t < w.taps; ++t) {
        for (std::int64_t p = 0; p < w.k; p += 2) {
          for (std::int64_t c = 0; c < kPanel; ++c) {
            *packed++ = c < cols ? pair_at(w, j + c, t, p) : 0;
          }
        }
      }
    }
  }

  static void indirect(const IndirectGemmQ8& g) noexcept {
    const std::int64_t panel_size = kPanel * (2 + g.taps * pairs(g.k));
    const Requantizer requantizer(g.out);
    for (std::int64_t i = 0; i < g.m; i += kRowBlock) {
      const std::int64_t end = g.m - i < kRowBlock ? g.m : i + kRowBlock;
      const std::int32_t* packed = g.packed;
      for (std::int64_t j = 0; j < g.n; j += kPanel, packed += panel_size) {
        const std::int64_t cols = g.n - j < kPanel ? g.n - j : kPanel;
        for (std::int64_t r = i; r < end; r += kRows) {
          pick<kRows>(end - r, {g.rows + r * g.taps, packed, g.y + r * g.ldy + j, cols}, g,
                      requantizer);
        }
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

  static std::int64_t pairs(std::int64_t k) { return (k + 1) / 2; }

  static std::int32_t pair_at(const PackQ8& w, std::int64_t j, std::int64_t t, std::int64_t p) {
    const std::int16_t* from = w.w + j * w.stride_n + t * w.stride_t + p * w.stride_k;
    const auto low = static_cast<std::uint16_t>(from[0]);
    const auto high = p + 1 < w.k ? static_cast<std::uint16_t>(from[w.stride_k]) : std::uint16_t{0};
    return static_cast<std::int32_t>(low | static_cast<std::uint32_t>(high) << 16);
  }

  template <int kR>
  static void pick(std::int64_t rows, const Tile& tile, const IndirectGemmQ8& g,
                   const Requantizer& requantizer) {
    if constexpr (kR > 1) {
      if (rows < kR) return pick<kR - 1>(rows, tile, g, requantizer);
    }
    kernel<kR>(tile, g, requantizer);
  }

  template <int kR>
  static void kernel(const Tile& tile, const IndirectGemmQ8& g, const Requantizer& requantizer) {
    alignas(64) std::int16_t x[kR][kDepth];
    S32 sum[kR][kVectors];
    MOTE_UNROLL(16)
    for (int r = 0; r < kR; ++r) {
      MOTE_UNROLL(16)
      for (int v = 0; v < kVectors; ++v) sum[r][v] = hn::LoadU(kS32, tile.packed + v * kLanes);
    }
    const std::int32_t* w = tile.packed + 2 * kPanel;
    for (std::int64_t t = 0; t < g.taps; ++t) {
      for (std::int64_t p = 0; p < g.k; p += kDepth) {
        const std::int64_t depth = g.k - p < kDepth ? g.k - p : kDepth;
        for (int r = 0; r < kR; ++r) widen(tile.rows[r * g.taps + t] + p, depth, g.flip, x[r]);
        w = add_products<kR>(x, pairs(depth), w, sum);
      }
    }
    for (int v = 0; v < kVectors && v * kLanes < tile.cols; ++v) {
      const F32 factor = load_factors(tile.packed + kPanel + v * kLanes);
      for (int r = 0; r < kR; ++r) {
        requantizer.store(sum[r][v], factor, tile.y + r * g.ldy + v * kLanes,
                          tile.cols - v * kLanes);
      }
    }
  }

  template <int kR>
  static const std::int32_t* add_products(const std::int16_t (&x)[kR][kDepth], std::int64_t n,
                                          const std::int32_t* w, S32 (&sum)[kR][kVectors]) {
    for (std::int64_t p = 0; p < n; ++p, w += kPanel) {
      S32 column[kVectors];
      MOTE_UNROLL(16)
      for (int v = 0; v < kVectors; ++v) column[v] = hn::LoadU(kS32, w + v * kLanes);
      MOTE_UNROLL(16)
      for (int r = 0; r < kR; ++r) {
        std::int32_t pair;
        __builtin_memcpy(&pair, &x[r][2 * p], sizeof pair);
        const S32 value = hn::Set(kS32, pair);
        MOTE_UNROLL(16)
        for (int v = 0; v < kVectors; ++v) sum[r][v] = add_pairs(sum[r][v], value, column[v]);
      }
    }
    return w;
  }
};

// Packed: a row of biases, one of factors, then a row of weights for each tap, all padded with
// zeros to whole vectors.
std::int64_t packed_depthwise_size_q8(std::int64_t channels, std::int64_t taps) noexcept {
  return whole_vectors(channels) * (taps + 2);
}

void pack_depthwise_q8(const PackQ8& w, std::int32_t* packed) noexcept {
  const std::int64_t padded = whole_vectors(w.n);
  for (std::int64_t c = 0; c < padded; ++c) {
    const bool real = c < w.n;
    packed[c] = real ? w.bias[c] : 0;
    packed[padded + c] = real ? bits_of(w.factor[c]) : 0;
    for (std::int64_t t = 0; t < w.taps; ++t) {
      packed[(t + 2) * padded + c] = real ? w.w[c * w.stride_n + t * w.stride_t] : 0;
    }
  }
}

// The first `count` of kLanes bytes.
inline hn::Vec<TagBytes> load_bytes(const std::uint8_t* p, std::int64_t count) {
  if (count >= kLanes) return hn::LoadU(kBytes, p);
  alignas(64) std::uint8_t buffer[kLanes] = {};
  for (std::int64_t i = 0; i < count; ++i) buffer[i] = p[i];
  return hn::LoadU(kBytes, buffer);
}

// kV vectors of channels from c on; the last may be a part.
template <int kV>
inline void depthwise_channels(const DepthwiseQ8& d, std::int64_t c,
                               const Requantizer& requantizer) {
  const std::int64_t padded = whole_vectors(d.channels);
  const auto flips = hn::Set(kBytes, d.flip);
  for (std::int64_t i = 0; i < d.pixels; ++i) {
    const std::uint8_t* const* rows = d.rows + i * d.taps;
    const std::int32_t* w = d.packed + c;
    S32 sum[kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) sum[v] = hn::LoadU(kS32, w + v * kLanes);
    w += 2 * padded;
    for (std::int64_t t = 0; t < d.taps; ++t, w += padded) {
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) {
        const std::int64_t at = c + v * kLanes;
        const auto bytes = hn::Xor(load_bytes(rows[t] + at, d.channels - at), flips);
        const S32 x = hn::PromoteTo(kS32, bytes);
        sum[v] = hn::Add(sum[v], hn::Mul(x, hn::LoadU(kS32, w + v * kLanes)));
      }
    }
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) {
      const std::int64_t at = c + v * kLanes;
      requantizer.store(sum[v], load_factors(d.packed + padded + at), d.y + i * d.ldy + at,
                        d.channels - at);
    }
  }
}

void depthwise_q8(const DepthwiseQ8& d) noexcept {
  const Requantizer requantizer(d.out);
  std::int64_t c = 0;
  for (; c + 4 * kLanes <= d.channels; c += 4 * kLanes) {
    depthwise_channels<4>(d, c, requantizer);
  }
  for (; c < d.channels; c += kLanes) depthwise_channels<1>(d, c, requantizer);
}

}  // namespace
}  // namespace mote
