// Cast: texts, types that do not exist, older opsets. Numbers are tested with convert_range.
#include <gmock/gmock.h>

#include <cmath>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Cast, WritesTheShortestTextOfANumber) {
  EXPECT_THAT(elements_of<std::string>(
                  "() -> (y) { x: f32[6] = {0.1, -2.5, nan, inf, -inf, 3} y = Cast(x) {to=8} }"),
              ElementsAre("0.1", "-2.5", "NaN", "INF", "-INF", "3"));
  EXPECT_THAT(elements_of<std::string>(
                  "() -> (y) { x: u64[1] = {18446744073709551615} y = Cast(x) {to=8} }"),
              ElementsAre("18446744073709551615"));
  EXPECT_THAT(elements_of<std::string>("() -> (y) { x: bool[2] = {1, 0} y = Cast(x) {to=8} }"),
              ElementsAre("1", "0"));
}

TEST(Cast, ReadsNumbersFromTexts) {
  const auto y = elements_of<float>(
      "() -> (y) { x: string[6] = {\"+1.5\", \" -1e-5 \", \"INF\", \"-inf\", \"NaN\", \"7\"}\n"
      "  y = Cast(x) {to=1} }");
  EXPECT_EQ(y[0], 1.5F);
  EXPECT_EQ(y[1], -1e-5F);
  EXPECT_EQ(y[2], std::numeric_limits<float>::infinity());
  EXPECT_EQ(y[3], -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(y[4]));
  EXPECT_EQ(y[5], 7.0F);
  EXPECT_THAT(
      elements_of<std::int64_t>("() -> (y) { x: string[2] = {\"9223372036854775807\", \"100.5\"}\n"
                                "  y = Cast(x) {to=7} }"),
      ElementsAre(std::numeric_limits<std::int64_t>::max(), 100));
  EXPECT_THAT(answer("() -> (y) { x: string[2] = {\"1\", \"one\"} y = Cast(x) {to=1} }"),
              HasSubstr("element 1 is 'one'"));
  EXPECT_THAT(answer("() -> (y) { x: string[1] = {\"\"} y = Cast(x) {to=7} }"),
              HasSubstr("element 0 is ''"));
}

TEST(Cast, RefusesTypesThatAreNone) {
  EXPECT_THAT(inferred("(x: f32[1]) -> (y) { y = Cast(x) {to=14} }"), HasSubstr("no cast to c64"));
  EXPECT_THAT(inferred("(x: f32[1]) -> (y) { y = Cast(x) {to=-1} }"), HasSubstr("-1"));
  EXPECT_THAT(inferred("(x: f32[1]) -> (y) { y = Cast(x) {to=1000} }"), HasSubstr("1000"));
  EXPECT_THAT(inferred("(x: c64[1]) -> (y) { y = Cast(x) {to=1} }"), HasSubstr("c64"));
  EXPECT_THAT(inferred("(x: f32[1]) -> (y) { y = Cast(x) {to=24, round_mode=\"even\"} }"),
              HasSubstr("'even'"));
}

TEST(Cast, Opset1SpeltTypes) {
  const auto y =
      upgraded_results_of("() -> (y) { x: f32[2] = {1.5, -2} y = Cast(x) {to=\"INT64\"} }", 1);
  EXPECT_THAT(y[0].values<std::int64_t>(), ElementsAre(1, -2));
  EXPECT_THAT(answer_opset(1, "(x: f32[2]) -> (y) { y = Cast(x) {to=\"HALF\"} }"),
              HasSubstr("'HALF'"));
}

TEST(BitCast, NeedsTypesOfOneWidth) {
  EXPECT_THAT(inferred("(x: f32[1]) -> (y) { y = BitCast(x) {to=7} }"), HasSubstr("f32"));
  EXPECT_THAT(inferred("(x: f32[1]) -> (y) { y = BitCast(x) {to=8} }"),
              HasSubstr("no cast of bits to string"));
  EXPECT_THAT(elements_of<std::int32_t>("() -> (y) { x: f32[1] = {1} y = BitCast(x) {to=6} }"),
              ElementsAre(0x3f800000));
}

}  // namespace
}  // namespace mote
