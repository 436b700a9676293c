// The vectors that the loops are written with: Highway's, in the width of the including unit.
// A unit that includes this defines HWY_COMPILE_ONLY_STATIC or HWY_COMPILE_ONLY_SCALAR first.
#pragma once

// Highway's debug assertions need its library; we link none.
#define HWY_IS_DEBUG_BUILD 0
// On Arm it would let the compiler use AES, which not all CPUs have, if it could ask the CPU for
// it.
#define TOOLCHAIN_MISS_SYS_AUXV_H
#include <hwy/highway.h>

#include <cstdint>

// Before a loop: unroll it n times. Loops over vectors that live in registers unroll wholly.
#define MOTE_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define MOTE_UNROLL(n) MOTE_PRAGMA(unroll n)
#else
#define MOTE_UNROLL(n) MOTE_PRAGMA(GCC unroll n)
#endif

// A loop that needs most registers: what calls it must not take some of them.
#define MOTE_ALONE __attribute__((noinline))
// A part of such a loop.
#define MOTE_INLINE __attribute__((always_inline)) inline

namespace mote {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using TagF32 = hn::ScalableTag<float>;
using TagS32 = hn::RebindToSigned<TagF32>;
using F32 = hn::Vec<TagF32>;
using S32 = hn::Vec<TagS32>;
using MaskF32 = hn::Mask<TagF32>;

constexpr TagF32 kF32;
constexpr TagS32 kS32;
constexpr std::int64_t kLanes = hn::MaxLanes(TagF32());

// n rounded up to whole vectors.
inline std::int64_t whole_vectors(std::int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

// p, of which the compiler knows nothing: it adds small offsets to it in the instructions, where it
// would otherwise keep a register, or a place on the stack, for each sum.
inline const float* opaque(const float* p) {
  __asm__("" : "+r"(p));
  return p;
}

inline F32 splat(float x) { return hn::Set(kF32, x); }

// a > b ? a : b, so b if either is NaN. What x86's maxps does; Highway leaves NaN to the target.
inline F32 max_or_second(F32 a, F32 b) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Max(a, b);
#else
  return hn::IfThenElse(hn::Gt(a, b), a, b);
#endif
}

// a < b ? a : b, so b if either is NaN.
inline F32 min_or_second(F32 a, F32 b) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::Min(a, b);
#else
  return hn::IfThenElse(hn::Lt(a, b), a, b);
#endif
}

// Max and min in which NaN wins, on either side.
#if HWY_TARGET == HWY_NEON
inline F32 max_nan(F32 a, F32 b) { return F32(vmaxq_f32(a.raw, b.raw)); }
inline F32 min_nan(F32 a, F32 b) { return F32(vminq_f32(a.raw, b.raw)); }
#else
inline F32 max_nan(F32 a, F32 b) { return hn::IfThenElse(hn::IsNaN(a), a, max_or_second(a, b)); }
inline F32 min_nan(F32 a, F32 b) { return hn::IfThenElse(hn::IsNaN(a), a, min_or_second(a, b)); }
#endif

// NaN stays NaN. Bounds are none.
inline F32 clamp(F32 x, F32 low, F32 high) {
#if HWY_TARGET == HWY_NEON
  return F32(vminq_f32(high.raw, vmaxq_f32(low.raw, x.raw)));
#else
  return min_or_second(high, max_or_second(low, x));
#endif
}

// Arm multiplies a vector by one lane of another: x is read a vector at a time.
#if HWY_TARGET == HWY_NEON
constexpr bool kByLane = true;
template <int kLane>
inline F32 mul_add_lane(F32 x, F32 w, F32 sum) {
  return F32(vfmaq_laneq_f32(sum.raw, w.raw, x.raw, kLane));
}
#else
constexpr bool kByLane = false;
#endif

// How a loop body reads and writes its vector: all lanes, or the first few at the end of a range.
// The arithmetic between is the same, so an element's bits do not depend on which it was.
struct Whole {
  F32 load(const float* p) const { return hn::LoadU(kF32, p); }
  F32 load_or(const float* p, F32) const { return load(p); }
  void store(F32 v, float* p) const { hn::StoreU(v, kF32, p); }
};

#if HWY_TARGET == HWY_NEON
// Masked loads and stores are of all lanes here, even where there is no memory.
struct Part {
  std::int64_t n;  // 1 to 3

  F32 load(const float* p) const {
    if (n == 1) return F32(vld1q_lane_f32(p, vdupq_n_f32(0.0F), 0));
    const float32x4_t two = vcombine_f32(vld1_f32(p), vdup_n_f32(0.0F));
    return F32(n == 2 ? two : vld1q_lane_f32(p + 2, two, 2));
  }
  F32 load_or(const float* p, F32 rest) const {
    return hn::IfThenElse(hn::FirstN(kF32, static_cast<std::size_t>(n)), load(p), rest);
  }
  void store(F32 v, float* p) const {
    if (n == 1) return vst1q_lane_f32(p, v.raw, 0);
    vst1_f32(p, vget_low_f32(v.raw));
    if (n == 3) vst1q_lane_f32(p + 2, v.raw, 2);
  }
};

inline Part part(std::int64_t n) { return {n}; }
#else
struct Part {
  MaskF32 mask;
  F32 load(const float* p) const { return hn::MaskedLoad(mask, kF32, p); }
  F32 load_or(const float* p, F32 rest) const { return hn::IfThenElse(mask, load(p), rest); }
  void store(F32 v, float* p) const { hn::BlendedStore(v, mask, kF32, p); }
};

inline Part part(std::int64_t n) { return {hn::FirstN(kF32, static_cast<std::size_t>(n))}; }
#endif

// Calls body(io, i) for the vectors that start at i = begin, begin + kLanes, ... below n.
template <class Body>
inline void each_vector(std::int64_t begin, std::int64_t n, const Body& body) {
  std::int64_t i = begin;
  for (; i + kLanes <= n; i += kLanes) body(Whole{}, i);
  if constexpr (kLanes > 1) {
    if (i < n) body(part(n - i), i);
  }
}

}  // namespace
}  // namespace mote
