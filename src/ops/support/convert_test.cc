// What conversions between element types do at the edges.
#include "ops/support/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mote {
namespace {

using testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <class To, class From>
To converted(From value, DType to, ConvertOptions options = {}) {
  To result{};
  convert_range({kDTypeOf<From>, {1}, &value}, 0, {to, {1}, &result}, 0, 1, options);
  return result;
}

TEST(Convert, KeepsOneAmongAllTypes) {
  for (int a = 1; a <= static_cast<int>(DType::kS2); ++a) {
    for (int b = 1; b <= static_cast<int>(DType::kS2); ++b) {
      const auto from = static_cast<DType>(a);
      const auto to = static_cast<DType>(b);
      if (!is_convertible(from) || !is_convertible(to)) continue;
      const float one = 1;
      std::uint64_t first = 0;
      std::uint64_t second = 0;
      float back = 0;
      convert_range({DType::kF32, {1}, &one}, 0, {from, {1}, &first}, 0, 1);
      convert_range({from, {1}, &first}, 0, {to, {1}, &second}, 0, 1);
      convert_range({to, {1}, &second}, 0, {DType::kF32, {1}, &back}, 0, 1);
      EXPECT_EQ(back, 1.0F) << name(from) << " to " << name(to);
    }
  }
}

TEST(Convert, RoundsRealsOnce) {
  // By way of f32 the first would become a tie and go down.
  EXPECT_EQ(converted<std::uint16_t>(1 + 0x1p-11 + 0x1p-40, DType::kF16), 0x3c01);
  EXPECT_EQ(converted<std::uint16_t>(1 + 0x1p-11, DType::kF16), 0x3c00);
  EXPECT_EQ(converted<std::uint16_t>(1 + 0x1p-8 + 0x1p-50, DType::kBF16), 0x3f81);
}

TEST(Convert, RoundsIntegersOnce) {
  // 2^60 + 2^52 is a tie in bf16, and what f64 makes of one more.
  constexpr std::int64_t kTie = (std::int64_t{1} << 60) + (std::int64_t{1} << 52);
  EXPECT_EQ(converted<std::uint16_t>(kTie, DType::kBF16), 0x5d80);
  EXPECT_EQ(converted<std::uint16_t>(kTie + 1, DType::kBF16), 0x5d81);
  EXPECT_EQ(converted<std::uint16_t>(-kTie - 1, DType::kBF16), 0xdd81);
  EXPECT_EQ(converted<float>(std::numeric_limits<std::uint64_t>::max(), DType::kF32), 0x1p64F);
  EXPECT_EQ(converted<float>(std::int64_t{16777217}, DType::kF32), 16777216.0F);
}

TEST(Convert, RealsBeyond32And64BitsBecomeTheNearest) {
  EXPECT_EQ(converted<std::int32_t>(3e9, DType::kS32), 2147483647);
  EXPECT_EQ(converted<std::int32_t>(-3e9, DType::kS32), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(converted<std::uint32_t>(-1.0, DType::kU32), 0U);
  EXPECT_EQ(converted<std::int64_t>(0x1p63, DType::kS64), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(converted<std::int64_t>(-0x1p63, DType::kS64),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(converted<std::uint64_t>(0x1p64, DType::kU64),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(converted<std::uint64_t>(0x1p63, DType::kU64), std::uint64_t{1} << 63);
  EXPECT_EQ(converted<std::int64_t>(kNaN, DType::kS64), 0);
  EXPECT_EQ(converted<std::int32_t>(-2.9, DType::kS32), -2);
}

TEST(Convert, RealsBeyondNarrowIntegersKeepTheirLowBits) {
  EXPECT_EQ(converted<std::int8_t>(300.0, DType::kS8), 44);
  EXPECT_EQ(converted<std::uint8_t>(-1.0, DType::kU8), 255);
  EXPECT_EQ(converted<std::uint8_t>(-9.0, DType::kS4) & 15, 7);
  EXPECT_EQ(converted<std::uint8_t>(1e30, DType::kU8), 255);
}

TEST(Convert, IntegersLoseTheirHighBits) {
  EXPECT_EQ(converted<std::int8_t>(std::int16_t{200}, DType::kS8), -56);
  EXPECT_EQ(converted<std::uint64_t>(std::int8_t{-1}, DType::kU64), ~std::uint64_t{0});
  EXPECT_EQ(converted<std::uint8_t>(std::int32_t{0x17}, DType::kU4) & 15, 7);
}

TEST(Convert, WhatIsNotZeroIsTrue) {
  EXPECT_TRUE(converted<bool>(kNaN, DType::kBool));
  EXPECT_TRUE(converted<bool>(0x1p-1070, DType::kBool));
  EXPECT_FALSE(converted<bool>(-0.0, DType::kBool));
  EXPECT_TRUE(converted<bool>(std::int64_t{1} << 40, DType::kBool));
}

TEST(Convert, PacksNeighboursWithoutTouchingOthers) {
  const std::int32_t values[] = {1, -1, 3};
  std::uint8_t packed[] = {0xff, 0xff, 0xff};
  convert_range({DType::kS32, {3}, values}, 0, {DType::kS4, {6}, packed}, 1, 3);
  EXPECT_THAT(packed, ElementsAre(0x1f, 0x3f, 0xff));
}

TEST(Convert, GoesThroughManyBlocks) {
  std::vector<std::uint8_t> from(1000);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<std::uint8_t>(i);
  std::vector<float> to(1000);
  convert_range({DType::kU8, {1000}, from.data()}, 0, {DType::kF32, {1000}, to.data()}, 0, 1000);
  for (std::size_t i = 0; i < from.size(); ++i) EXPECT_EQ(to[i], static_cast<float>(from[i]));
}

TEST(Convert, ScalesSaturateOrBecomeNaN) {
  constexpr float kBig = std::numeric_limits<float>::infinity();
  EXPECT_EQ(converted<std::uint8_t>(kBig, DType::kF8E8M0), 0xfe);
  EXPECT_EQ(converted<std::uint8_t>(kBig, DType::kF8E8M0, {.saturate = false}), 0xff);
  EXPECT_EQ(converted<std::uint8_t>(3.0, DType::kF8E8M0), 129);
  EXPECT_EQ(converted<std::uint8_t>(3.0, DType::kF8E8M0, {.e8m0 = E8M0Rounding::kDown}), 128);
}

}  // namespace
}  // namespace mote
