// Bernoulli and Multinomial: shares of outcomes, certain and impossible ones. Seeds are fixed.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Bernoulli, DrawsWithTheProbabilityOfEachElement) {
  const auto y = elements_of<std::int64_t>(
      "() -> (y) { s: s64[1] = {100000} x = ConstantOfShape(s) {value=f32[1]{0.3}}\n"
      "  y = Bernoulli(x) {seed=1.0, dtype=7} }");
  EXPECT_NEAR(static_cast<double>(std::ranges::count(y, 1)), 30000, 3 * 145);
}

TEST(Bernoulli, CertainAndImpossibleAreSo) {
  EXPECT_EQ(answer("() -> (y) { x: f32[5] = {1, 0, 7, -1, nan} y = Bernoulli(x) {dtype=9} }"),
            "bool[5] {true, false, true, false, false}");
  EXPECT_EQ(inferred("(x: f16[n]) -> (y) { y = Bernoulli(x) }"), "f16[n]");
  EXPECT_THAT(inferred("(x: f16[n]) -> (y) { y = Bernoulli(x) {dtype=8} }"),
              HasSubstr("dtype string is no float, integer or bool"));
}

TEST(Multinomial, DrawsInProportionToExponentials) {
  const auto y = elements_of<std::int32_t>(
      "() -> (y) { x: f64[2,3] = {0, 0.6931471805599453, -inf, 1000, 1000, 1000}\n"
      "  y = Multinomial(x) {seed=1.0, sample_size=90000} }");
  const auto count = [&](std::size_t row, std::int32_t outcome) {
    const auto begin = y.begin() + static_cast<std::ptrdiff_t>(row * 90000);
    return static_cast<double>(std::count(begin, begin + 90000, outcome));
  };
  EXPECT_NEAR(count(0, 0), 30000, 4 * 142);
  EXPECT_NEAR(count(0, 1), 60000, 4 * 142);
  for (const std::int32_t outcome : {0, 1, 2}) EXPECT_NEAR(count(1, outcome), 30000, 4 * 142);
}

TEST(Multinomial, ASeedAlwaysGivesTheSame) {
  EXPECT_THAT(elements_of<std::int32_t>("() -> (y) { x: f32[1,9] = {0, 0, 0, 0, 0, 0, 0, 0, 0}\n"
                                        "  y = Multinomial(x) {seed=7.0, sample_size=6} }"),
              ElementsAre(4, 3, 1, 2, 3, 0));
}

TEST(Multinomial, RowsWithoutProbabilitiesAreErrors) {
  for (const std::string_view row : {"-inf, -inf", "0, nan", "nan, 0", "inf, 0"}) {
    const std::string text = "() -> (y) { x: f32[2,2] = {0, 0, " + std::string(row) +
                             "} y = Multinomial(x) {sample_size=1} }";
    EXPECT_THAT(answer(text), HasSubstr("row 1 of input gives no probabilities"));
  }
  EXPECT_THAT(answer("() -> (y) { x: f32[1,0] = {} y = Multinomial(x) }"),
              HasSubstr("row 0 of input gives no probabilities"));
  EXPECT_THAT(inferred("(x: f32[1,2]) -> (y) { y = Multinomial(x) {sample_size=-1} }"),
              HasSubstr("sample_size -1 is negative"));
}

}  // namespace
}  // namespace mote
