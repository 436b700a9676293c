// Pooling of 8-bit numbers: greatest elements, and means of exact sums. An AVX2 core reads 40
// elements a ns for the greatest of 9 taps, 17 for their means, 35 for means of columns.
#pragma once
#include "kernels/bytes.inl.h"

namespace mote {
namespace {

// The channels from c on of one pixel, kVectors vectors of them.
template <int kVectors, class Tag>
inline void max_of(Tag tag, const MaxPoolQ8& p, const std::uint8_t* const* rows, std::uint8_t* y,
                   std::int64_t c) {
  constexpr std::int64_t kN = hn::MaxLanes(Tag());
  const auto flip = hn::Set(tag, p.flip);
  hn::Vec<Tag> best[kVectors];
  MOTE_UNROLL(16)
  for (int v = 0; v < kVectors; ++v) best[v] = hn::Zero(tag);
  for (std::int64_t t = 0; t < p.taps; ++t) {
    MOTE_UNROLL(16)
    for (int v = 0; v < kVectors; ++v) {
      best[v] = hn::Max(best[v], hn::Xor(hn::LoadU(tag, rows[t] + c + v * kN), flip));
    }
  }
  MOTE_UNROLL(16)
  for (int v = 0; v < kVectors; ++v) hn::StoreU(hn::Xor(best[v], flip), tag, y + c + v * kN);
}

// All channels, at least a vector's; the last vector begins early enough to be whole.
template <class Tag>
inline void max_pool_with(Tag tag, const MaxPoolQ8& p) {
  constexpr std::int64_t kN = hn::MaxLanes(Tag());
  for (std::int64_t i = 0; i < p.pixels; ++i) {
    const std::uint8_t* const* rows = p.rows + i * p.taps;
    std::uint8_t* y = p.y + i * p.ldy;
    std::int64_t c = 0;
    for (; c + 2 * kN <= p.channels; c += 2 * kN) max_of<2>(tag, p, rows, y, c);
    for (; c + kN <= p.channels; c += kN) max_of<1>(tag, p, rows, y, c);
    if (c < p.channels) max_of<1>(tag, p, rows, y, p.channels - kN);
  }
}

void max_pool_q8(const MaxPoolQ8& p) noexcept {
  const hn::CappedTag<std::uint8_t, 16> block;
  const hn::CappedTag<std::uint8_t, 4> word;
  const hn::CappedTag<std::uint8_t, 1> one;
  if (p.channels >= kRowLanes) return max_pool_with(kRow, p);
  if (p.channels >= 16) return max_pool_with(block, p);
  if (p.channels >= 4) return max_pool_with(word, p);
  max_pool_with(one, p);
}

// -- means. Tap t of a pixel.
struct ScatteredRows {
  const std::uint8_t* const* rows;
  const std::uint8_t* operator()(std::int64_t t) const { return rows[t]; }
};
struct StridedRows {
  const std::uint8_t* x;
  std::int64_t ldx;
  const std::uint8_t* operator()(std::int64_t t) const { return x + t * ldx; }
};

// The sums of kRowLanes columns from c on, in blocks.
template <class Io, class Rows>
inline void sum_rows_q8(const Io& io, const Rows& rows, std::int64_t taps, std::uint8_t flip,
                        std::int64_t c, S32 (&sum)[kQuads]) {
  MOTE_UNROLL(16)
  for (int q = 0; q < kQuads; ++q) sum[q] = hn::Zero(kS32);
#if HWY_TARGET == HWY_SCALAR
  for (std::int64_t t = 0; t < taps; ++t) {
    sum[0] = hn::Add(sum[0], hn::Set(kS32, hn::GetLane(io.load(rows(t) + c)) ^ flip));
  }
#else
  const Row flips = splat_byte(flip);
  constexpr std::int64_t kMost = 257;  // * 255 < 2^16
  for (std::int64_t t = 0; t < taps;) {
    const std::int64_t end = taps - t > kMost ? t + kMost : taps;
    U16 low = hn::Zero(kU16), high = low;
    for (; t < end; ++t) {
      U16 a, b;
      widen_blocks(hn::Xor(io.load(rows(t) + c), flips), a, b);
      low = hn::Add(low, a);
      high = hn::Add(high, b);
    }
    S32 v[kQuads];
    widen_blocks(low, v[0], v[1]);
    widen_blocks(high, v[2], v[3]);
    MOTE_UNROLL(16)
    for (int q = 0; q < kQuads; ++q) sum[q] = hn::Add(sum[q], v[q]);
  }
#endif
}

// Like the last vector of max_pool_with, a last one that is whole where there are enough columns.
template <class Rows>
inline void mean_q8(const Rows& rows, std::int64_t taps, std::int64_t columns, const MeanQ8& f,
                    const Rounding& rounding, float factor, std::uint8_t* y) {
  const S32 bias = hn::Set(kS32, f.bias);
  const F32 factors = splat(factor);
  const auto some = [&](auto io, std::int64_t c) {
    S32 sum[kQuads];
    sum_rows_q8(io, rows, taps, f.flip, c, sum);
    F32 v[kQuads];
    MOTE_UNROLL(16)
    for (int q = 0; q < kQuads; ++q) {
      v[q] = hn::Mul(hn::ConvertTo(kF32, hn::Add(sum[q], bias)), factors);
    }
    io.store(rounding.in_blocks(v), y + c);
  };
  std::int64_t c = 0;
  for (; c + kRowLanes <= columns; c += kRowLanes) some(WholeRow{}, c);
  if (c >= columns) return;
  if (columns >= kRowLanes) return some(WholeRow{}, columns - kRowLanes);
  if constexpr (kRowLanes > 1) some(PartRow{columns}, 0);
}

void average_pool_q8(const AveragePoolQ8& p) noexcept {
  const Rounding rounding(p.mean.out);
  for (std::int64_t i = 0; i < p.pixels; ++i) {
    mean_q8(ScatteredRows{p.rows + i * p.taps}, p.taps, p.channels, p.mean, rounding, p.factor[i],
            p.y + i * p.ldy);
  }
}

void mean_columns_q8(const MeanQ8& f, float factor, const std::uint8_t* x, std::int64_t ldx,
                     std::uint8_t* y, std::int64_t rows, std::int64_t columns) noexcept {
  mean_q8(StridedRows{x, ldx}, rows, columns, f, Rounding(f.out), factor, y);
}

}  // namespace
}  // namespace mote
