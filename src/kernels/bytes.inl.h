// Whole vectors of 8-bit numbers, what they are as f32, and back: what loops over quantized
// elements are written with.
#pragma once
#include "kernels/requantize.inl.h"

namespace mote {
namespace {

using Row = hn::Vec<TagRow>;
constexpr TagRow kRow;
// Vectors of f32 or s32 that one of bytes becomes.
constexpr int kQuads = static_cast<int>(kRowLanes / kLanes);

inline Row splat_byte(std::uint8_t x) { return hn::Set(kRow, x); }

// How a loop body reads and writes its bytes, as Whole and Part do for vectors of f32.
struct WholeRow {
  Row load(const std::uint8_t* p) const { return hn::LoadU(kRow, p); }
  void store(Row v, std::uint8_t* p) const { hn::StoreU(v, kRow, p); }
  void load(const float* p, F32 (&v)[kQuads]) const {
    MOTE_UNROLL(16)
    for (int q = 0; q < kQuads; ++q) v[q] = hn::LoadU(kF32, p + q * kLanes);
  }
  void store(const F32 (&v)[kQuads], float* p) const {
    MOTE_UNROLL(16)
    for (int q = 0; q < kQuads; ++q) hn::StoreU(v[q], kF32, p + q * kLanes);
  }
  // In the order of the bytes.
  void widen(const std::uint8_t* p, S32 (&v)[kQuads]) const {
    MOTE_UNROLL(16)
    for (int q = 0; q < kQuads; ++q) v[q] = hn::PromoteTo(kS32, hn::LoadU(kBytes, p + q * kLanes));
  }
};

struct PartRow {
  std::int64_t n;  // < kRowLanes

  Row load(const std::uint8_t* p) const {
    alignas(64) std::uint8_t buffer[kRowLanes] = {};
    copy_few(p, buffer, n);
    return hn::Load(kRow, buffer);
  }
  void store(Row v, std::uint8_t* p) const {
    alignas(64) std::uint8_t buffer[kRowLanes];
    hn::Store(v, kRow, buffer);
    copy_few(buffer, p, n);
  }
  // Through a buffer, too: masked loads read all lanes on some targets.
  void load(const float* p, F32 (&v)[kQuads]) const {
    alignas(64) float buffer[kRowLanes] = {};
    for (std::int64_t i = 0; i < n; ++i) buffer[i] = p[i];
    WholeRow().load(buffer, v);
  }
  void store(const F32 (&v)[kQuads], float* p) const {
    alignas(64) float buffer[kRowLanes];
    WholeRow().store(v, buffer);
    for (std::int64_t i = 0; i < n; ++i) p[i] = buffer[i];
  }
  void widen(const std::uint8_t* p, S32 (&v)[kQuads]) const {
    alignas(64) std::uint8_t buffer[kRowLanes] = {};
    copy_few(p, buffer, n);
    WholeRow().widen(buffer, v);
  }
};

// A last vector that begins within the one before: its bytes wait until the others are stored, so
// that a loop may overwrite what it reads.
struct LastRow : WholeRow {
  Row* waiting;
  void store(Row v, std::uint8_t*) const { *waiting = v; }
};

// Calls body(io, i) so that it makes the bytes y[i ...] of all i below n.
template <class Body>
inline void each_row(std::uint8_t* y, std::int64_t n, const Body& body) {
  if constexpr (kRowLanes > 1) {
    if (n < kRowLanes) {
      if (n > 0) body(PartRow{n}, std::int64_t{0});
      return;
    }
  }
  Row last = hn::Zero(kRow);
  const bool rest = n % kRowLanes != 0;
  if (rest) body(LastRow{{}, &last}, n - kRowLanes);
  for (std::int64_t i = 0; i + kRowLanes <= n; i += kRowLanes) body(WholeRow{}, i);
  if (rest) hn::StoreU(last, kRow, y + n - kRowLanes);
}

// The same where the results are not bytes, and are not stored over what is read.
template <class Body>
inline void each_row(std::int64_t n, const Body& body) {
  std::int64_t i = 0;
  for (; i + kRowLanes <= n; i += kRowLanes) body(WholeRow{}, i);
  if constexpr (kRowLanes > 1) {
    if (i < n) body(PartRow{n - i}, i);
  }
}

// Elements shuffle cheaply within blocks of 128 bits only. widen_blocks gives them in an order of
// its own, which narrow_blocks takes back.
#if HWY_TARGET == HWY_SCALAR

inline void widen_blocks(Row x, S32 (&v)[1]) { v[0] = hn::Set(kS32, hn::GetLane(x)); }
inline Row narrow_blocks(const S32 (&v)[1]) {
  return splat_byte(static_cast<std::uint8_t>(hn::GetLane(v[0])));
}
inline Row narrow(const S32 (&v)[1]) { return narrow_blocks(v); }

#else

using TagU16 = hn::Repartition<std::uint16_t, TagRow>;
using U16 = hn::Vec<TagU16>;
constexpr TagU16 kU16;

inline void widen_blocks(Row x, U16& low, U16& high) {
  low = hn::BitCast(kU16, hn::InterleaveLower(kRow, x, hn::Zero(kRow)));
  high = hn::BitCast(kU16, hn::InterleaveUpper(kRow, x, hn::Zero(kRow)));
}

inline void widen_blocks(U16 x, S32& low, S32& high) {
  low = hn::BitCast(kS32, hn::InterleaveLower(kU16, x, hn::Zero(kU16)));
  high = hn::BitCast(kS32, hn::InterleaveUpper(kU16, x, hn::Zero(kU16)));
}

inline void widen_blocks(Row x, S32 (&v)[4]) {
  U16 low, high;
  widen_blocks(x, low, high);
  widen_blocks(low, v[0], v[1]);
  widen_blocks(high, v[2], v[3]);
}

// v: within [0, 255].
inline Row narrow_blocks(const S32 (&v)[4]) {
  const TagS16 halves;
  return narrow_halves(hn::ReorderDemote2To(halves, v[0], v[1]),
                       hn::ReorderDemote2To(halves, v[2], v[3]));
}

// The same of vectors in the order of the bytes.
inline Row narrow(const S32 (&v)[4]) { return in_order(narrow_blocks(v)); }

#endif

// clamp(zero_point + round_half_even(v), low, high), as u8 or the bits of s8. v: no NaN.
class Rounding {
 public:
#if HWY_TARGET == HWY_NEON
  // All conversions saturate: what is beyond 32, 16 or 8 bits is beyond the bounds.
  explicit Rounding(const RequantizeQ8& r)
      : offset_(r.low < 0 ? 128 : 0),
        zero_point_(hn::Set(TagS16(), static_cast<std::int16_t>(r.zero_point + offset_))),
        least_(splat_byte(static_cast<std::uint8_t>(r.low + offset_))),
        most_(splat_byte(static_cast<std::uint8_t>(r.high + offset_))),
        flip_(splat_byte(static_cast<std::uint8_t>(offset_))) {}

  Row in_blocks(const F32 (&v)[kQuads]) const { return (*this)(v); }
  Row operator()(const F32 (&v)[kQuads]) const {
    const TagS16 halves;
    const S16 low = hn::ReorderDemote2To(halves, hn::NearestInt(v[0]), hn::NearestInt(v[1]));
    const S16 high = hn::ReorderDemote2To(halves, hn::NearestInt(v[2]), hn::NearestInt(v[3]));
    const Row q =
        narrow_halves(hn::SaturatedAdd(low, zero_point_), hn::SaturatedAdd(high, zero_point_));
    return hn::Xor(hn::Min(hn::Max(q, least_), most_), flip_);
  }

 private:
  std::int32_t offset_;
  S16 zero_point_;
  Row least_, most_, flip_;
#else
  explicit Rounding(const RequantizeQ8& r)
      : least_(splat(static_cast<float>(r.low - r.zero_point))),
        most_(splat(static_cast<float>(r.high - r.zero_point))),
        start_(hn::Set(kS32, kMagicBits - r.zero_point - (r.low < 0 ? 128 : 0))),
        flip_(splat_byte(r.low < 0 ? std::uint8_t{0x80} : std::uint8_t{0})) {}

  Row in_blocks(const F32 (&v)[kQuads]) const {
    S32 q[kQuads];
    round(v, q);
    return hn::Xor(narrow_blocks(q), flip_);
  }
  Row operator()(const F32 (&v)[kQuads]) const {
    S32 q[kQuads];
    round(v, q);
    return hn::Xor(narrow(q), flip_);
  }

 private:
  // 1.5 * 2^23: sums with it have no bits below 1, and the integer in their lowest bits.
  static constexpr float kMagic = 0x1.8p23F;
  static constexpr std::int32_t kMagicBits = 0x4B400000;

  void round(const F32 (&v)[kQuads], S32 (&q)[kQuads]) const {
    MOTE_UNROLL(16)
    for (int i = 0; i < kQuads; ++i) {
      const F32 sum = hn::Add(clamp(v[i], least_, most_), splat(kMagic));
      q[i] = hn::Sub(hn::BitCast(kS32, sum), start_);
    }
  }

  F32 least_, most_;
  S32 start_;
  Row flip_;
#endif
};

}  // namespace
}  // namespace mote
