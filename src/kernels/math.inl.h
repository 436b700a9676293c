// Vector exp, expm1, tanh, sigmoid and erf. NaN gives NaN. The largest errors found among floats
// 257 apart in their bits, in units of the last place: exp and expm1 1.0, tanh 2.4, sigmoid 2.2,
// erf 2.5; x * sigmoid(x) 2.8. math_test.cc holds every ISA to bounds just above.
// The coefficients are our minimax fits (Remez) on the ranges named beside them.
#pragma once
#include "kernels/simd.inl.h"

namespace mote {
namespace {

// c[0] + x * (c[1] + x * (c[2] + ...))
template <int kTerms>
inline F32 polynomial(F32 x, const float (&c)[kTerms]) {
  F32 sum = splat(c[kTerms - 1]);
  MOTE_UNROLL(16)
  for (int i = kTerms - 2; i >= 0; --i) sum = hn::MulAdd(sum, x, splat(c[i]));
  return sum;
}

// (exp(r) - 1 - r) / r^2 on |r| <= ln(2) / 2, to 2^-32 and 2^-26 of r.
constexpr float kExpTerms[] = {5.000000000e-01F, 1.666666716e-01F, 4.166635498e-02F,
                               8.333273232e-03F, 1.394105027e-03F, 1.991422760e-04F};
constexpr float kFewExpTerms[] = {5.000000000e-01F, 1.666654348e-01F, 4.166641086e-02F,
                                  8.366578259e-03F, 1.393987681e-03F};

// exp(x) = 2^n * (1 + m), m = exp(r) - 1, |r| <= ln(2) / 2. |x| must be below 2^21 or NaN.
// bits: of the float 1.5 * 2^23 + n + kBias, whose lowest are those of n + kBias.
struct SplitExp {
  S32 bits;
  F32 m;
};

template <int kBias, int kTerms>
inline SplitExp split_exp(F32 x, const float (&terms)[kTerms]) {
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits of the sum.
  const F32 magic = splat(12582912.0F + kBias);
  const F32 shifted = hn::MulAdd(x, splat(1.44269504F), magic);
  const F32 turns = hn::Sub(shifted, magic);
  // ln(2) in two parts: products of the first, 9 bits long, are exact without FMA as well.
  F32 r = hn::NegMulAdd(turns, splat(0.693359375F), x);
  r = hn::NegMulAdd(turns, splat(-2.12194440e-4F), r);
  return {hn::BitCast(kS32, shifted), hn::MulAdd(hn::Mul(r, r), polynomial(r, terms), r)};
}

// 2^(n - 127): of n in [1, 254], in the lowest bits, the exponent of a float; the others fall off.
inline F32 power_of_two(S32 n) { return hn::BitCast(kF32, hn::ShiftLeft<23>(n)); }

// Denormal results included.
inline F32 vector_exp(F32 x) {
  // Beyond these, float has only 0 and infinity.
  const SplitExp e = split_exp<0>(clamp(x, splat(-104.0F), splat(89.0F)), kExpTerms);
  const S32 n = hn::Sub(e.bits, hn::BitCast(kS32, splat(12582912.0F)));
  // In two factors: n reaches from -150 to 128.
  const S32 half = hn::ShiftRight<1>(n);
  const S32 bias = hn::Set(kS32, 127);
  const F32 first = power_of_two(hn::Add(half, bias));
  return hn::Mul(hn::MulAdd(e.m, first, first), power_of_two(hn::Add(hn::Sub(n, half), bias)));
}

// 2^24 * exp(x) for x <= 0, in fewer steps: so scaled, even the smallest results are normal.
constexpr float kExpScale = 0x1p24F;
inline F32 scaled_exp_below_0(F32 x) {
  const SplitExp e = split_exp<127 + 24>(max_or_second(splat(-104.0F), x), kFewExpTerms);
  const F32 scale = power_of_two(e.bits);
  return hn::MulAdd(e.m, scale, scale);
}
inline F32 vector_exp_below_0(F32 x) {
  return hn::Mul(scaled_exp_below_0(x), splat(1.0F / kExpScale));
}

// exp(x) - 1 for x <= 80.
inline F32 vector_expm1(F32 x) {
  const SplitExp e = split_exp<127>(max_or_second(splat(-40.0F), x), kExpTerms);
  const F32 scale = power_of_two(e.bits);
  return hn::MulAdd(e.m, scale, hn::Sub(scale, splat(1.0F)));
}

inline F32 vector_tanh(F32 x) {
  // From 10 on, tanh is 1 to the last bit.
  const F32 magnitude = min_or_second(splat(10.0F), hn::Abs(x));
  const F32 e = vector_expm1(hn::Add(magnitude, magnitude));
  return hn::CopySign(hn::Div(e, hn::Add(e, splat(2.0F))), x);
}

// The exponential is of -|x|: it neither overflows nor loses the small results.
inline F32 vector_sigmoid(F32 x) {
  const F32 e = scaled_exp_below_0(hn::Or(x, splat(-0.0F)));
  const F32 one = splat(kExpScale);
  return hn::Div(hn::IfNegativeThenElse(x, e, one), hn::Add(one, e));
}

// Below 1 an odd polynomial; above, 1 - erfc with log(erfc) a polynomial.
inline F32 vector_erf(F32 x) {
  // erf(x) / x in x^2 on [0, 1], to 2^-29.
  static constexpr float kSmall[] = {1.128379107e+00F,  -3.761262596e-01F, 1.128358543e-01F,
                                     -2.685381286e-02F, 5.188327748e-03F,  -8.010193706e-04F,
                                     7.853861462e-05F};
  // -log(erfc(x)) on [1, 3.95], to 2^-29 of erf.
  static constexpr float kLarge[] = {3.415246611e-04F, 1.127089143e+00F,  6.381448507e-01F,
                                     1.031067446e-01F, -2.183805965e-02F, 2.947656903e-03F,
                                     -1.863790530e-04F};
  // From 3.95 on, erf is 1 to the last bit.
  const F32 magnitude = min_or_second(splat(3.95F), hn::Abs(x));
  const F32 small = hn::Mul(magnitude, polynomial(hn::Mul(magnitude, magnitude), kSmall));
  const F32 large = hn::Neg(vector_expm1(hn::Neg(polynomial(magnitude, kLarge))));
  const F32 one = splat(1.0F);
  return hn::CopySign(hn::IfThenElse(hn::Lt(magnitude, one), small, large), x);
}

}  // namespace
}  // namespace mote
