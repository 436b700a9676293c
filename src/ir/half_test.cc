#include "ir/half.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"

namespace mote {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// The finite numbers of a type, with their codes, by arithmetic on doubles.
struct Layout {
  DType dtype;
  int exponent_bits, mantissa_bits, bias;
  double max;

  double value(int code) const {
    const int field = code >> mantissa_bits;
    const double fraction = std::ldexp(code & ((1 << mantissa_bits) - 1), -mantissa_bits);
    return field == 0 ? std::ldexp(fraction, 1 - bias) : std::ldexp(1 + fraction, field - bias);
  }
  // The nearest multiple of the spacing at |v|, ties to even; nothing is clamped to max.
  double rounded(double v) const {
    if (v == 0) return 0;
    const int exponent = std::max(std::ilogb(v), 1 - bias);
    const int spacing = exponent - mantissa_bits;
    return std::ldexp(std::nearbyint(std::ldexp(v, -spacing)), spacing);
  }
};

constexpr Layout kF16 = {DType::kF16, 5, 10, 15, 65504};
constexpr Layout kBF16 = {DType::kBF16, 8, 7, 127, 0x1.fep127};
constexpr std::array kSmall = {
    Layout{DType::kF8E4M3FN, 4, 3, 7, 448},  Layout{DType::kF8E4M3FNUZ, 4, 3, 8, 240},
    Layout{DType::kF8E5M2, 5, 2, 15, 57344}, Layout{DType::kF8E5M2FNUZ, 5, 2, 16, 57344},
    Layout{DType::kF4E2M1, 2, 1, 1, 6},
};

// Every exponent, and mantissas at and around the places where rounding turns.
std::vector<float> probes() {
  std::vector<float> out;
  Random random(7);
  for (std::uint32_t exponent = 0; exponent < 255; ++exponent) {
    for (int i = 0; i < 4000; ++i) {
      // Short runs of bits make ties likely.
      const auto mantissa =
          static_cast<std::uint32_t>(random.next() << random.below(23)) & 0x7fffff;
      const auto nudge = static_cast<std::uint32_t>(random.below(3)) - 1;
      const std::uint32_t bits = ((exponent << 23 | mantissa) + nudge) & 0x7fffffff;
      if (bits < 0x7f800000) out.push_back(std::bit_cast<float>(bits));
    }
  }
  return out;
}

bool same_bits(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

TEST(F16, EveryPatternIsTheNumberThatIeee754SaysAndComesBack) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = f16_to_f32(half);
    const int magnitude = bits & 0x7fff;
    if (magnitude > 0x7c00) {
      EXPECT_TRUE(std::isnan(value));
      EXPECT_EQ(f32_to_f16(value), bits | 0x200);
      continue;
    }
    EXPECT_EQ(f32_to_f16(value), half);
    const double expected = magnitude == 0x7c00 ? kInf : kF16.value(magnitude);
    ASSERT_EQ(std::abs(static_cast<double>(value)), expected) << bits;
    ASSERT_EQ(std::signbit(value), bits >= 0x8000) << bits;
  }
}

TEST(BF16, EveryPatternComesBack) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const bool nan = (bits & 0x7fff) > 0x7f80;
    EXPECT_EQ(f32_to_bf16(bf16_to_f32(half)), nan ? bits | 0x40 : bits);
  }
}

TEST(F16, RoundsHalfToEvenEverywhere) {
  for (const float v : probes()) {
    const double expected = kF16.rounded(v);
    const float got = f16_to_f32(f32_to_f16(v));
    ASSERT_EQ(static_cast<double>(got), expected > kF16.max ? kInf : expected) << v;
    ASSERT_TRUE(same_bits(f16_to_f32(f32_to_f16(-v)), -got)) << v;
  }
}

TEST(BF16, RoundsHalfToEvenEverywhere) {
  for (const float v : probes()) {
    const double expected = kBF16.rounded(v);
    const float got = bf16_to_f32(f32_to_bf16(v));
    ASSERT_EQ(static_cast<double>(got), expected > kBF16.max ? kInf : expected) << v;
    ASSERT_TRUE(same_bits(bf16_to_f32(f32_to_bf16(-v)), -got)) << v;
  }
}

TEST(F16, OverflowBeginsHalfwayToTheNextPowerOfTwo) {
  EXPECT_EQ(f32_to_f16(65519.996F), 0x7bff);
  EXPECT_EQ(f32_to_f16(65520.0F), 0x7c00);
  EXPECT_EQ(f32_to_f16(0x1p-25F), 0);  // a tie with zero
  EXPECT_EQ(f32_to_f16(0x1.000002p-25F), 1);
  EXPECT_EQ(f32_to_f16(-0.0F), 0x8000);
}

TEST(F16, NaNKeepsSignAndUpperPayload) {
  EXPECT_EQ(f32_to_f16(std::bit_cast<float>(0xff802000U)), 0xfe01);
  EXPECT_EQ(f32_to_f16(std::bit_cast<float>(0x7f800001U)), 0x7e00);  // not infinity
  EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x7f800001U)), 0x7fc0);
}

TEST(F64ToF32Odd, ThenRoundingToF16IsRoundingAtOnce) {
  Random random(3);
  for (int i = 0; i < 200000; ++i) {
    // A tie of f16, moved by less than f32 sees: rounding to f32 first would lose the move.
    const double tie = kF16.value(static_cast<int>(random.below(0x7bff))) +
                       kF16.value(static_cast<int>(random.below(0x400)));
    const double v = tie + std::ldexp(tie, -40) * (static_cast<double>(random.below(3)) - 1);
    const double expected = kF16.rounded(v);
    ASSERT_EQ(static_cast<double>(f16_to_f32(f32_to_f16(f64_to_f32_odd(v)))),
              expected > kF16.max ? kInf : expected)
        << v;
  }
  EXPECT_EQ(f64_to_f32_odd(-1e300), -std::numeric_limits<float>::max());
  EXPECT_EQ(f64_to_f32_odd(1e-300), std::numeric_limits<float>::denorm_min());
  EXPECT_EQ(f64_to_f32_odd(kInf), kInf);
  EXPECT_TRUE(std::isnan(f64_to_f32_odd(kNaN)));
}

TEST(Minifloat, EveryNumberIsWhatItsFieldsSayAndComesBack) {
  for (const Layout& f : kSmall) {
    const int codes = 1 << (f.exponent_bits + f.mantissa_bits);
    for (int code = 0; code < codes; ++code) {
      if (f.value(code) > f.max) continue;
      const auto bits = static_cast<std::uint8_t>(code);
      const auto minus = static_cast<std::uint8_t>(codes | code);
      EXPECT_EQ(static_cast<double>(minifloat_to_f32(f.dtype, bits)), f.value(code));
      EXPECT_EQ(f32_to_minifloat(f.dtype, minifloat_to_f32(f.dtype, bits)), bits);
      if (code == 0) continue;
      EXPECT_EQ(static_cast<double>(minifloat_to_f32(f.dtype, minus)), -f.value(code));
      EXPECT_EQ(f32_to_minifloat(f.dtype, minifloat_to_f32(f.dtype, minus)), minus);
    }
  }
}

TEST(Minifloat, RoundsHalfToEvenAndSaturates) {
  const std::vector<float> values = probes();
  for (const Layout& f : kSmall) {
    for (const float v : values) {
      const double expected = std::min(f.rounded(v), f.max);
      const auto bits = f32_to_minifloat(f.dtype, v);
      ASSERT_EQ(static_cast<double>(minifloat_to_f32(f.dtype, bits)), expected) << v;
      ASSERT_EQ(static_cast<double>(minifloat_to_f32(f.dtype, f32_to_minifloat(f.dtype, -v))),
                -expected)
          << v;
    }
  }
}

TEST(Minifloat, WithoutSaturationFollowsTheTableOfCast) {
  const auto unsaturated = [](DType d, float v) { return int{f32_to_minifloat(d, v, false)}; };
  EXPECT_EQ(unsaturated(DType::kF8E4M3FN, 464), 0x7e);  // a tie, to even: still 448
  EXPECT_EQ(unsaturated(DType::kF8E4M3FN, 465), 0x7f);
  EXPECT_EQ(unsaturated(DType::kF8E4M3FN, -kInf), 0xff);
  EXPECT_EQ(unsaturated(DType::kF8E4M3FNUZ, -1e9F), 0x80);
  EXPECT_EQ(unsaturated(DType::kF8E5M2, -1e9F), 0xfc);
  EXPECT_EQ(unsaturated(DType::kF8E5M2, kInf), 0x7c);
  EXPECT_EQ(unsaturated(DType::kF8E5M2FNUZ, kInf), 0x80);
  EXPECT_EQ(unsaturated(DType::kF4E2M1, -kInf), 0xf);
}

TEST(Minifloat, SpecialValuesFollowTheTableOfCast) {
  EXPECT_EQ(f32_to_minifloat(DType::kF8E4M3FN, kInf), 0x7e);
  EXPECT_EQ(f32_to_minifloat(DType::kF8E4M3FNUZ, -kInf), 0xff);
  EXPECT_EQ(f32_to_minifloat(DType::kF8E5M2, -kInf), 0xfb);
  EXPECT_EQ(f32_to_minifloat(DType::kF8E5M2FNUZ, kInf), 0x7f);
  EXPECT_EQ(f32_to_minifloat(DType::kF8E4M3FN, -0.0F), 0x80);
  EXPECT_EQ(f32_to_minifloat(DType::kF8E4M3FNUZ, -0.0F), 0);
  EXPECT_EQ(f32_to_minifloat(DType::kF8E5M2FNUZ, -1e-30F), 0);  // not the NaN at 0x80
  EXPECT_EQ(f32_to_minifloat(DType::kF4E2M1, kNaN), 0);
  for (const DType d :
       {DType::kF8E4M3FN, DType::kF8E4M3FNUZ, DType::kF8E5M2, DType::kF8E5M2FNUZ, DType::kF8E8M0}) {
    EXPECT_TRUE(std::isnan(minifloat_to_f32(d, f32_to_minifloat(d, kNaN)))) << name(d);
    EXPECT_TRUE(is_minifloat(d));
  }
  EXPECT_EQ(minifloat_to_f32(DType::kF8E5M2, 0xfc), -kInf);
  EXPECT_TRUE(std::isnan(minifloat_to_f32(DType::kF8E5M2, 0x7d)));
}

TEST(E8M0, EveryPowerOfTwoComesBackInEveryRounding) {
  for (int code = 0; code < 255; ++code) {
    const float value = minifloat_to_f32(DType::kF8E8M0, static_cast<std::uint8_t>(code));
    EXPECT_EQ(static_cast<double>(value), std::ldexp(1.0, code - 127));
    for (const auto r : {E8M0Rounding::kUp, E8M0Rounding::kDown, E8M0Rounding::kNearest}) {
      EXPECT_EQ(f32_to_e8m0(value, r, false), code);
    }
  }
  EXPECT_TRUE(std::isnan(minifloat_to_f32(DType::kF8E8M0, 0xff)));
}

TEST(E8M0, RoundsAsTold) {
  EXPECT_EQ(f32_to_e8m0(1.0000001F, E8M0Rounding::kUp), 128);
  EXPECT_EQ(f32_to_e8m0(1.9999999F, E8M0Rounding::kDown), 127);
  EXPECT_EQ(f32_to_e8m0(1.4999999F, E8M0Rounding::kNearest), 127);
  EXPECT_EQ(f32_to_e8m0(1.5F, E8M0Rounding::kNearest), 128);
  EXPECT_EQ(f32_to_minifloat(DType::kF8E8M0, 3.0F), 129);
}

TEST(E8M0, OutOfRangeSaturatesOrIsNaN) {
  EXPECT_EQ(f32_to_e8m0(0.0F, E8M0Rounding::kUp), 0);
  EXPECT_EQ(f32_to_e8m0(0.0F, E8M0Rounding::kNearest, false), 0xff);
  EXPECT_EQ(f32_to_e8m0(kInf, E8M0Rounding::kUp), 0xfe);
  EXPECT_EQ(f32_to_e8m0(kInf, E8M0Rounding::kNearest, false), 0xff);
  EXPECT_EQ(f32_to_e8m0(0x1.8p127F, E8M0Rounding::kNearest), 0xfe);
  EXPECT_EQ(f32_to_e8m0(0x1.8p127F, E8M0Rounding::kNearest, false), 0xff);
  EXPECT_EQ(f32_to_e8m0(0x1.8p127F, E8M0Rounding::kDown, false), 0xfe);
  EXPECT_EQ(f32_to_e8m0(-1.0F, E8M0Rounding::kUp), 0xff);
}

TEST(Packed, ElementsLieFromTheLowBitsUp) {
  const unsigned char bytes[] = {0x81, 0xe4};
  EXPECT_EQ(load_packed(DType::kU4, bytes, 0), 1);
  EXPECT_EQ(load_packed(DType::kU4, bytes, 1), 8);
  EXPECT_EQ(load_packed(DType::kS4, bytes, 1), -8);
  EXPECT_EQ(load_packed(DType::kF4E2M1, bytes, 3), 0xe);
  EXPECT_EQ(load_packed(DType::kU2, bytes, 5), 1);
  EXPECT_EQ(load_packed(DType::kS2, bytes, 6), -2);
  EXPECT_EQ(load_packed(DType::kS2, bytes, 7), -1);
}

TEST(Packed, StoringChangesOneElement) {
  for (const DType d : {DType::kU2, DType::kS2, DType::kU4, DType::kS4}) {
    const int per_byte = d == DType::kU2 || d == DType::kS2 ? 4 : 2;
    for (int i = 0; i < 2 * per_byte; ++i) {
      unsigned char bytes[] = {0xff, 0xff};
      store_packed(d, bytes, i, -8);  // its low bits are 00 or 1000
      for (int j = 0; j < 2 * per_byte; ++j) {
        const int all_ones = load_packed(d, "\xff", 0);
        const int stored = per_byte == 4 ? 0 : d == DType::kS4 ? -8 : 8;
        EXPECT_EQ(load_packed(d, bytes, j), i == j ? stored : all_ones) << name(d) << i << j;
      }
    }
  }
}

}  // namespace
}  // namespace mote
