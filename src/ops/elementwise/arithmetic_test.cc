// Add, Sub, Mul, Div, Mod at the edges of integers, and from older opsets.
#include <gmock/gmock.h>

#include <cmath>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Arithmetic, IntegersWrap) {
  EXPECT_THAT(
      elements_of<std::int8_t>("() -> (y) { a: s8[2] = {127, -128} b: s8[] = {2} y = Add(a, b) }"),
      ElementsAre(-127, -126));
  EXPECT_THAT(
      elements_of<std::uint32_t>("() -> (y) { a: u32[1] = {0} b: u32[1] = {1} y = Sub(a, b) }"),
      ElementsAre(4294967295U));
  EXPECT_THAT(elements_of<std::int64_t>("() -> (y) { a: s64[1] = {4611686018427387904}\n"
                                        "  b: s64[1] = {2} y = Mul(a, b) }"),
              ElementsAre(std::numeric_limits<std::int64_t>::min()));
}

TEST(Arithmetic, QuotientsOfIntegersAreDefined) {
  EXPECT_THAT(elements_of<std::int32_t>("() -> (y) { a: s32[3] = {-2147483648, -7, 7}\n"
                                        "  b: s32[3] = {-1, 2, -2} y = Div(a, b) }"),
              ElementsAre(std::numeric_limits<std::int32_t>::min(), -3, -3));
  EXPECT_THAT(answer("() -> (y) { a: s8[1] = {5} b: s8[1] = {0} y = Div(a, b) }"),
              HasSubstr("divided by 0"));
  EXPECT_THAT(answer("() -> (y) { a: u64[1] = {5} b: u64[1] = {0} y = Mod(a, b) }"),
              HasSubstr("divided by 0"));
}

TEST(Arithmetic, RestsHaveTheSignThatFmodSays) {
  const std::string operands = "a: s32[4] = {-4, 7, 5, -2147483648} b: s32[4] = {3, -3, 8, -1}";
  EXPECT_THAT(elements_of<std::int32_t>(cat("() -> (y) { ", operands, " y = Mod(a, b) }")),
              ElementsAre(2, -2, 5, 0));
  EXPECT_THAT(elements_of<std::int32_t>(cat("() -> (y) { ", operands, " y = Mod(a, b) {fmod=1} }")),
              ElementsAre(-1, 1, 5, 0));
}

TEST(Arithmetic, RestsOfRealsFollowTheirSpecialCases) {
  const auto y = elements_of<float>(
      "() -> (y) { a: f32[6] = {-4.5, 0, 3, -3, inf, 1} b: f32[6] = {2, -1, inf, inf, 2, 0}\n"
      "  y = Mod(a, b) }");
  EXPECT_EQ(y[0], 1.5F);
  EXPECT_TRUE(y[1] == 0 && std::signbit(y[1]));
  EXPECT_EQ(y[2], 3.0F);
  EXPECT_EQ(y[3], std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(y[4]));
  EXPECT_TRUE(std::isnan(y[5]));
}

TEST(Arithmetic, OperandsThatDoNotMatchAreRefused) {
  EXPECT_THAT(inferred("(a: f32[2,3], b: f32[2]) -> (y) { y = Add(a, b) }"), HasSubstr("[2,3]"));
  EXPECT_THAT(inferred("(a: f32[2], b: s64[2]) -> (y) { y = Add(a, b) }"), HasSubstr("s64"));
  EXPECT_THAT(inferred("(a: string[2], b: string[2]) -> (y) { y = Add(a, b) }"),
              HasSubstr("string"));
  EXPECT_THAT(inferred("(a: f32[2]) -> (y) { y = Add(a) }"), HasSubstr("2 inputs"));
}

TEST(Arithmetic, UnknownSizesStayOpen) {
  EXPECT_EQ(inferred("(a: f32[n,1,?], b: f32[4,?]) -> (y) { y = Mul(a, b) }"), "f32[n,4,?]");
  EXPECT_EQ(inferred("(a: f32[...], b: f32[4]) -> (y) { y = Mul(a, b) }"), "f32[...]");
}

TEST(Arithmetic, BeforeOpset7AxisPlacesTheSecondOperand) {
  const auto y = upgraded_results_of(
      "() -> (y) { a: f32[2,2,2] = {0, 0, 0, 0, 0, 0, 0, 0} b: f32[2] = {1, 2}\n"
      "  y = Add(a, b) {broadcast=1, axis=1, consumed_inputs=[0, 0]} }",
      1);
  EXPECT_THAT(y[0].values<float>(), ElementsAre(1, 1, 2, 2, 1, 1, 2, 2));
}

}  // namespace
}  // namespace mote
