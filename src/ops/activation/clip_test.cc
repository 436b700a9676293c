// Clip: bounds that are missing, crossed, attributes of older opsets.
#include <gmock/gmock.h>

#include <cmath>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Clip, WithoutABoundTheTypeIsOne) {
  const auto y = elements_of<float>("() -> (y) { x: f32[3] = {inf, -inf, nan} y = Clip(x) }");
  EXPECT_EQ(y[0], std::numeric_limits<float>::max());
  EXPECT_EQ(y[1], std::numeric_limits<float>::lowest());
  EXPECT_TRUE(std::isnan(y[2]));
  EXPECT_EQ(
      results_of("() -> (y) { x: f16[1] = {inf} y = Clip(x) }")[0].view().as<std::uint16_t>()[0],
      0x7bff);
}

TEST(Clip, CrossedBoundsGiveTheUpper) {
  EXPECT_THAT(elements_of<std::int8_t>("() -> (y) { x: s8[3] = {-5, 0, 5} a: s8[] = {3}\n"
                                       "  b: s8[] = {-3} y = Clip(x, a, b) }"),
              ElementsAre(-3, -3, -3));
}

TEST(Clip, BoundsAreScalarsOfTheSameType) {
  EXPECT_THAT(inferred("(x: f32[3], a: f32[2]) -> (y) { y = Clip(x, a) }"),
              HasSubstr("min has 2 elements"));
  EXPECT_THAT(inferred("(x: f32[3], b: f64[]) -> (y) { y = Clip(x, _, b) }"), HasSubstr("f64"));
}

TEST(Clip, BoundsWereAttributesBeforeOpset11) {
  const auto y = upgraded_results_of(
      "() -> (y) { x: f64[3] = {-5, 0.5, 5} y = Clip(x) {max=1.0, min=-2.0} }", 6);
  EXPECT_THAT(y[0].values<double>(), ElementsAre(-2, 0.5, 1));
  const auto one =
      upgraded_results_of("() -> (y) { x: f32[2] = {-5, 5} y = Clip(x) {max=1.0} }", 6);
  EXPECT_THAT(one[0].values<float>(), ElementsAre(-5, 1));
}

}  // namespace
}  // namespace mote
