// Abs, Neg, Sign and Round at the edges.
#include <gmock/gmock.h>

#include <cmath>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Abs, OfTheSmallestIntegerWraps) {
  EXPECT_THAT(elements_of<std::int8_t>("() -> (y) { x: s8[2] = {-128, -127} y = Abs(x) }"),
              ElementsAre(-128, 127));
  EXPECT_THAT(
      elements_of<std::int64_t>("() -> (y) { x: s64[1] = {-9223372036854775808} y = Neg(x) }"),
      ElementsAre(std::numeric_limits<std::int64_t>::min()));
}

TEST(Sign, OfNaNIsNaN) {
  const auto y = elements_of<float>("() -> (y) { x: f32[3] = {nan, -inf, -0.0} y = Sign(x) }");
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[1], -1.0F);
  EXPECT_EQ(y[2], 0.0F);
}

TEST(Round, SendsHalvesToEven) {
  EXPECT_THAT(
      elements_of<float>("() -> (y) { x: f32[5] = {0.5, 1.5, 2.5, -0.5, -1.5} y = Round(x) }"),
      ElementsAre(0, 2, 2, 0, -2));
}

TEST(Unary, OtherTypesAreRefused) {
  EXPECT_THAT(inferred("(x: s32[2]) -> (y) { y = Exp(x) }"), HasSubstr("s32"));
  EXPECT_THAT(inferred("(x: u8[2]) -> (y) { y = Neg(x) }"), HasSubstr("u8"));
  EXPECT_EQ(inferred("(x: f16[n,?]) -> (y) { y = Exp(x) }"), "f16[n,?]");
}

}  // namespace
}  // namespace mote
