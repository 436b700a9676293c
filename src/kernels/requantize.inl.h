// From exact 32-bit sums to 8-bit elements, the same bits on every ISA.
#pragma once
#include "kernels/simd.inl.h"
#include "kernels/table.h"

namespace mote {
namespace {

using TagU32 = hn::RebindToUnsigned<TagS32>;
using TagBytes = hn::Rebind<std::uint8_t, TagS32>;
constexpr TagBytes kBytes;

// Each lane of a and b holds two s16, or on Arm, each vector four, then the four that go with them:
// sum + low * low + high * high.
inline S32 add_pairs(S32 sum, S32 a, S32 b) {
#if HWY_TARGET == HWY_NEON
  const int16x8_t x = vreinterpretq_s16_s32(a.raw), w = vreinterpretq_s16_s32(b.raw);
  return S32(vmlal_high_s16(vmlal_s16(sum.raw, vget_low_s16(x), vget_low_s16(w)), x, w));
#elif HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
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

inline F32 load_factors(const std::int32_t* p) { return hn::BitCast(kF32, hn::LoadU(kS32, p)); }

inline std::int32_t bits_of(float v) {
  std::int32_t bits;
  __builtin_memcpy(&bits, &v, sizeof bits);
  return bits;
}

// v, which is no NaN, rounded half to even. What is above 2^16 or below -2^31 becomes some number
// that is still too large, or too small, for 16 bits.
inline S32 nearest_of(F32 v) {
#if HWY_TARGET == HWY_AVX2
  return S32{_mm256_cvtps_epi32(hn::Min(v, splat(65536.0F)).raw)};  // -2^31 for what is too small
#elif HWY_TARGET == HWY_AVX3
  return S32{_mm512_cvtps_epi32(hn::Min(v, splat(65536.0F)).raw)};
#elif HWY_TARGET == HWY_NEON
  return hn::NearestInt(v);  // saturates
#else
  return hn::NearestInt(clamp(v, splat(-65536.0F), splat(65536.0F)));
#endif
}

// Whole vectors of bytes.
using TagRow = hn::ScalableTag<std::uint8_t>;
constexpr std::int64_t kRowLanes = hn::MaxLanes(TagRow());

// n < kRowLanes bytes.
inline void copy_few(const std::uint8_t* from, std::uint8_t* to, std::int64_t n) {
  std::int64_t i = 0;
  if constexpr (kRowLanes > 32) {
    if (n & 32) __builtin_memcpy(to, from, 32), i = 32;
  }
  if (n & 16) __builtin_memcpy(to + i, from + i, 16), i += 16;
  if (n & 8) __builtin_memcpy(to + i, from + i, 8), i += 8;
  if (n & 4) __builtin_memcpy(to + i, from + i, 4), i += 4;
  for (; i < n; ++i) to[i] = from[i];
}

#if HWY_TARGET != HWY_SCALAR
using TagS16 = hn::Repartition<std::int16_t, TagS32>;
using S16 = hn::Vec<TagS16>;

// To u8, saturated; block by block of 128 bits, as ReorderDemote2To.
inline hn::Vec<TagRow> narrow_halves(S16 low, S16 high) {
#if HWY_TARGET == HWY_AVX2
  return hn::Vec<TagRow>{_mm256_packus_epi16(low.raw, high.raw)};
#elif HWY_TARGET == HWY_AVX3
  return hn::Vec<TagRow>{_mm512_packus_epi16(low.raw, high.raw)};
#elif HWY_TARGET == HWY_NEON
  return hn::Vec<TagRow>(vqmovun_high_s16(vqmovun_s16(low.raw), high.raw));
#else
  static_assert(kLanes == 4);  // one block
  const hn::Half<TagRow> half;
  return hn::Combine(TagRow(), hn::DemoteTo(half, high), hn::DemoteTo(half, low));
#endif
}

// Vectors a, b, c, d of s32, narrowed twice, lie block by block: a's first four, b's, c's, d's, a's
// next four. In order they are a's, then b's.
inline hn::Vec<TagRow> in_order(hn::Vec<TagRow> q) {
  constexpr std::int32_t kBlocks = kLanes / 4;
  if constexpr (kBlocks <= 1) {
    return q;
  } else {
    alignas(64) std::int32_t from[kLanes];
    MOTE_UNROLL(16)
    for (std::int32_t i = 0; i < kLanes; ++i) from[i] = i % kBlocks * 4 + i / kBlocks;
    const auto index = hn::SetTableIndices(kS32, from);
    return hn::BitCast(TagRow(), hn::TableLookupLanes(hn::BitCast(kS32, q), index));
  }
}
#endif

// y = clamp(zero_point + round_half_even(f32(sum) * factor), low, high). Factors are finite, so
// that nothing is NaN. Where low is negative, elements are s8: 128 more of them is u8, whose
// highest bit is then flipped.
class Requantizer {
 public:
  explicit Requantizer(const RequantizeQ8& r)
      : offset_(r.low < 0 ? 128 : 0),
        zero_point_(r.zero_point + offset_),
        low_(r.low + offset_),
        high_(r.high + offset_) {}

  // The elements of kV vectors of sums; the first `count` are stored, at least one.
  template <int kV>
  void store(const S32 (&sum)[kV], const F32 (&factor)[kV], std::uint8_t* y,
             std::int64_t count) const {
    static_assert(kV <= 4);
#if HWY_TARGET == HWY_SCALAR
    for (int v = 0; v < kV && v < count; ++v) {
      const std::int32_t q = hn::GetLane(rounded(sum[v], factor[v])) + zero_point_;
      const std::int32_t clamped = q < low_ ? low_ : q > high_ ? high_ : q;
      y[v] = static_cast<std::uint8_t>(clamped - offset_);
    }
#else
    const TagS16 halves;
    const auto zero_point = hn::Set(halves, static_cast<std::int16_t>(zero_point_));
    const S32 q0 = rounded(sum[0], factor[0]);
    const S32 q1 = kV > 1 ? rounded(sum[kV > 1 ? 1 : 0], factor[kV > 1 ? 1 : 0]) : q0;
    const S16 low = hn::SaturatedAdd(hn::ReorderDemote2To(halves, q0, q1), zero_point);
    S16 high = low;
    if constexpr (kV > 2) {
      const S32 q2 = rounded(sum[2], factor[2]);
      const S32 q3 = kV > 3 ? rounded(sum[kV > 3 ? 3 : 2], factor[kV > 3 ? 3 : 2]) : q2;
      high = hn::SaturatedAdd(hn::ReorderDemote2To(halves, q2, q3), zero_point);
    }
    finish<kV>(low, high, y, count < kV * kLanes ? count : kV * kLanes);
#endif
  }

 private:
#if HWY_TARGET != HWY_SCALAR
  static constexpr std::int64_t kAll = 4 * kLanes;

  template <int kV>
  static void store_first(hn::Vec<TagRow> q, std::uint8_t* y) {
    const TagRow bytes;
    const hn::Half<TagRow> half;
    if constexpr (kV == 4) {
      hn::StoreU(q, bytes, y);
    } else if constexpr (kV == 2) {
      hn::StoreU(hn::LowerHalf(half, q), half, y);
    } else {
      const hn::Half<decltype(half)> quarter;
      hn::StoreU(hn::LowerHalf(quarter, hn::LowerHalf(half, q)), quarter, y);
    }
  }

  template <int kV>
  void finish(S16 low, S16 high, std::uint8_t* y, std::int64_t count) const {
    const TagRow bytes;
    const auto least = hn::Set(bytes, static_cast<std::uint8_t>(low_));
    const auto most = hn::Set(bytes, static_cast<std::uint8_t>(high_));
    const auto flips = hn::Set(bytes, static_cast<std::uint8_t>(offset_));
    auto q = hn::Min(hn::Max(in_order(narrow_halves(low, high)), least), most);
    q = hn::Xor(q, flips);
    if constexpr (kV != 3) {
      if (count == kV * kLanes) return store_first<kV>(q, y);
    }
    alignas(64) std::uint8_t buffer[kAll];
    hn::Store(q, bytes, buffer);
    copy_few(buffer, y, count);
  }
#endif

  // Any product that s32 cannot hold becomes one that saturates to the same element.
  static S32 rounded(S32 sum, F32 factor) {
    return nearest_of(hn::Mul(hn::ConvertTo(kF32, sum), factor));
  }

  std::int32_t offset_, zero_point_, low_, high_;
};

}  // namespace
}  // namespace mote
