// Sum, Mean, Max, Min of three and more inputs.
#include <gmock/gmock.h>

#include <cmath>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Variadic, ThreeInputsBroadcast) {
  const std::string inputs = "a: f32[2,1] = {1, 2} b: f32[2] = {10, 20} c: f32[] = {-3}";
  EXPECT_THAT(elements_of<float>(cat("() -> (y) { ", inputs, " y = Sum(a, b, c) }")),
              ElementsAre(8, 18, 9, 19));
  EXPECT_THAT(elements_of<float>(cat("() -> (y) { ", inputs, " y = Max(c, a, b) }")),
              ElementsAre(10, 20, 10, 20));
  EXPECT_THAT(elements_of<float>(cat("() -> (y) { ", inputs, " y = Mean(b, c, a, b) }")),
              ElementsAre(4.5F, 9.5F, 4.75F, 9.75F));
}

TEST(Variadic, NaNWinsOnEitherSide) {
  for (const std::string_view op : {"Max", "Min"}) {
    const auto y = elements_of<float>(
        cat("() -> (y) { a: f32[2] = {nan, 1} b: f32[2] = {1, nan} y = ", op, "(a, b, a) }"));
    EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1])) << op;
  }
}

TEST(Variadic, InputsOfOtherShapesAndTypesAreRefused) {
  EXPECT_THAT(inferred("(a: f32[2], b: f32[2], c: f32[3]) -> (y) { y = Sum(a, b, c) }"),
              HasSubstr("[3]"));
  EXPECT_THAT(inferred("(a: f32[2], b: f32[2], c: f64[2]) -> (y) { y = Max(a, b, c) }"),
              HasSubstr("f64"));
  EXPECT_THAT(inferred("(a: s32[2]) -> (y) { y = Mean(a) }"), HasSubstr("s32"));
  EXPECT_THAT(inferred("(a: f32[2]) -> (y) { y = Min(a, _) }"), HasSubstr("input 1 is missing"));
}

}  // namespace
}  // namespace mote
