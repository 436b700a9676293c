// dot4: four products of bytes in each lane, summed. One instruction where the unit's flags allow.
#pragma once
#include "kernels/requantize.inl.h"

namespace mote {
namespace {

// Whether x is s8, 128 less than the u8 of elsewhere: Arm multiplies bytes of one type only.
#if defined(__ARM_FEATURE_DOTPROD) && HWY_TARGET == HWY_NEON
constexpr bool kSignedDot = true;
template <int kLane>
inline S32 dot4_lane(S32 sum, S32 x, S32 w) {
  return S32(
      vdotq_laneq_s32(sum.raw, vreinterpretq_s8_s32(w.raw), vreinterpretq_s8_s32(x.raw), kLane));
}
#else
constexpr bool kSignedDot = false;
#endif

// Each lane of x holds four u8, each lane of w four s8: sum + x[0] * w[0] + ... + x[3] * w[3],
// modulo 2^32.
inline S32 dot4(S32 sum, S32 x, S32 w) {
#if defined(__ARM_FEATURE_DOTPROD) && HWY_TARGET == HWY_NEON
  return S32(vdotq_s32(sum.raw, vreinterpretq_s8_s32(x.raw), vreinterpretq_s8_s32(w.raw)));
#elif defined(__AVX512VNNI__) && HWY_TARGET == HWY_AVX3
  return S32{_mm512_dpbusd_epi32(sum.raw, x.raw, w.raw)};
#elif HWY_TARGET == HWY_SCALAR
  const auto a = static_cast<std::uint32_t>(hn::GetLane(x));
  const auto b = static_cast<std::uint32_t>(hn::GetLane(w));
  std::int32_t total = 0;
  for (int i = 0; i < 32; i += 8) {
    total += static_cast<std::int32_t>((a >> i) & 0xFF) * static_cast<std::int8_t>(b >> i);
  }
  return hn::Add(sum, hn::Set(kS32, total));
#else
  // In two steps of 16 bits: bytes 0 and 2 of a lane, then 1 and 3.
  const hn::Repartition<std::int16_t, TagS32> halves;
  const hn::Repartition<std::uint16_t, TagS32> unsigned_halves;
  const auto wide = hn::BitCast(halves, w);
  const S32 even_w = hn::BitCast(kS32, hn::ShiftRight<8>(hn::ShiftLeft<8>(wide)));
  const S32 odd_w = hn::BitCast(kS32, hn::ShiftRight<8>(wide));
  const S32 even_x = hn::And(x, hn::Set(kS32, 0x00FF00FF));
  const S32 odd_x = hn::BitCast(kS32, hn::ShiftRight<8>(hn::BitCast(unsigned_halves, x)));
  return add_pairs(add_pairs(sum, even_x, even_w), odd_x, odd_w);
#endif
}

}  // namespace
}  // namespace mote
