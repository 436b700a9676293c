// Reductions of nothing, of infinities and integers; axes.
#include <gmock/gmock.h>

#include <cmath>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

float of_nothing(std::string_view op) {
  return elements_of<float>(cat("() -> (y) { x: f32[0] = {} y = ", op, "(x) {keepdims=0} }"))[0];
}

TEST(Reduce, OfNothingIsTheNeutralElement) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(of_nothing("ReduceSum"), 0.0F);
  EXPECT_EQ(of_nothing("ReduceProd"), 1.0F);
  EXPECT_EQ(of_nothing("ReduceL2"), 0.0F);
  EXPECT_EQ(of_nothing("ReduceMax"), -kInfinity);
  EXPECT_EQ(of_nothing("ReduceMin"), kInfinity);
  EXPECT_EQ(of_nothing("ReduceLogSum"), -kInfinity);
  EXPECT_EQ(of_nothing("ReduceLogSumExp"), -kInfinity);
  EXPECT_TRUE(std::isnan(of_nothing("ReduceMean")));
  EXPECT_THAT(elements_of<std::int8_t>("() -> (y) { x: s8[0] = {} y = ReduceMax(x) }"),
              ElementsAre(-128));
  EXPECT_THAT(elements_of<std::int32_t>("() -> (y) { x: s32[0] = {} y = ReduceMean(x) }"),
              ElementsAre(0));
}

TEST(Reduce, LogSumExpSurvivesLargeAndInfiniteNumbers) {
  const auto of = [](std::string_view x) {
    return elements_of<float>(cat("() -> (y) { x: f32[3] = {", x, "} y = ReduceLogSumExp(x) }"))[0];
  };
  EXPECT_FLOAT_EQ(of("1000, 1000, -1000"), 1000 + std::log(2.0F));
  EXPECT_EQ(of("-inf, -inf, -inf"), -std::numeric_limits<float>::infinity());
  EXPECT_EQ(of("inf, 1, inf"), std::numeric_limits<float>::infinity());
  EXPECT_FLOAT_EQ(of("-inf, 2, -inf"), 2.0F);
  EXPECT_TRUE(std::isnan(of("1, nan, 2")));
}

TEST(Reduce, NaNIsTheMaximumAndTheMinimum) {
  for (const std::string_view op : {"ReduceMax", "ReduceMin"}) {
    const auto y = elements_of<float>(cat("() -> (y) { x: f32[3] = {1, nan, 2} y = ", op, "(x) }"));
    EXPECT_TRUE(std::isnan(y[0])) << op;
  }
}

TEST(Reduce, IntegersWrapAndRoundTowardsZero) {
  EXPECT_THAT(elements_of<std::int8_t>("() -> (y) { x: s8[2] = {127, 2} y = ReduceSum(x) }"),
              ElementsAre(-127));
  EXPECT_THAT(elements_of<std::int32_t>("() -> (y) { x: s32[2] = {-4, -3} y = ReduceMean(x) }"),
              ElementsAre(-3));
  EXPECT_THAT(elements_of<std::int64_t>("() -> (y) { x: s64[2] = {-4, -3} y = ReduceL1(x) }"),
              ElementsAre(7));
}

TEST(Reduce, AxesThatAreNotThereAreRefused) {
  EXPECT_THAT(inferred("(x: f32[2,3]) -> (y) { a: s64[1] = {2} y = ReduceSum(x, a) }"),
              HasSubstr("axis 2 is outside [-2, 1]"));
  EXPECT_THAT(inferred("(x: f32[2,3]) -> (y) { a: s64[2] = {1, -1} y = ReduceSum(x, a) }"),
              HasSubstr("axis 1 is given twice"));
}

TEST(Reduce, UnknownAxesLeaveTheRankAtMost) {
  EXPECT_EQ(inferred("(x: f32[2,3], a: s64[1]) -> (y) { y = ReduceMax(x, a) }"), "f32[?,?]");
  EXPECT_EQ(inferred("(x: f32[2,3], a: s64[1]) -> (y) { y = ReduceMax(x, a) {keepdims=0} }"),
            "f32[...]");
  EXPECT_EQ(inferred("(x: f32[n,3]) -> (y) { a: s64[1] = {-1} y = ReduceMax(x, a) }"), "f32[n,1]");
}

TEST(Reduce, AxesWereAnAttribute) {
  const std::string_view text =
      "() -> (y) { x: f32[2,2] = {1, 2, 3, 4} y = ReduceMean(x) {axes=[0], keepdims=0} }";
  EXPECT_THAT(upgraded_results_of(text, 13)[0].values<float>(), ElementsAre(2, 3));
  const std::string_view sum =
      "() -> (y) { x: f32[2,2] = {1, 2, 3, 4} y = ReduceSum(x) {axes=[1]} }";
  EXPECT_THAT(upgraded_results_of(sum, 11)[0].values<float>(), ElementsAre(3, 7));
}

}  // namespace
}  // namespace mote
