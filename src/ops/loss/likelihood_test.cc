// Losses: reductions, weights, what is ignored, classes that are none.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Two samples of three classes at two places each; the right ones have -3, -2, -0 and -2.
constexpr std::string_view kInputs =
    "x: f32[2,3,2] = {1, 2, 2, 2, 3, 2, 0, 1, 2, 2, 1, 2} t: s64[2,2] = {2, 1, 0, 2} "
    "w: f32[3] = {0.25, 0.5, 0.125} ";

std::string loss(std::string_view call) {
  return answer("() -> (y) { " + std::string(kInputs) + std::string(call) + " }");
}

TEST(NegativeLogLikelihoodLoss, Reduces) {
  EXPECT_EQ(loss("y = NegativeLogLikelihoodLoss(x, t) {reduction=\"none\"}"),
            "f32[2,2] {-3, -2, -0, -2}");
  EXPECT_EQ(loss("y = NegativeLogLikelihoodLoss(x, t) {reduction=\"sum\"}"), "f32[] {-7}");
  EXPECT_EQ(loss("y = NegativeLogLikelihoodLoss(x, t)"), "f32[] {-1.75}");
}

// The weights are 0.125, 0.5, 0.25 and 0.125.
TEST(NegativeLogLikelihoodLoss, TheMeanIsByWeights) {
  EXPECT_EQ(loss("y = NegativeLogLikelihoodLoss(x, t, w) {reduction=\"sum\"}"), "f32[] {-1.625}");
  EXPECT_EQ(loss("y = NegativeLogLikelihoodLoss(x, t, w)"), "f32[] {-1.625}");
}

TEST(NegativeLogLikelihoodLoss, WhatIsIgnoredCountsForNothing) {
  EXPECT_EQ(loss("y = NegativeLogLikelihoodLoss(x, t) {ignore_index=2}"), "f32[] {-1}");
  EXPECT_EQ(loss("y = NegativeLogLikelihoodLoss(x, t, w) {ignore_index=2, reduction=\"none\"}"),
            "f32[2,2] {0, -1, -0, 0}");
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {1, 2, 3, nan} t: s64[2] = {-7, 0}\n"
                   "  y = NegativeLogLikelihoodLoss(x, t) {ignore_index=-7} }"),
            "f32[] {-3}");
}

TEST(NegativeLogLikelihoodLoss, TheMeanOfNothingIsNaN) {
  EXPECT_EQ(answer("() -> (y) { x: f32[1,2] = {1, 2} t: s64[1] = {1}\n"
                   "  y = NegativeLogLikelihoodLoss(x, t) {ignore_index=1} }"),
            "f32[] {nan}");
}

TEST(NegativeLogLikelihoodLoss, NamesWhatIsWrong) {
  const auto wrong = [](std::string_view target) {
    return answer("() -> (y) { x: f32[1,2] = {1, 2} t: s64[1] = {" + std::string(target) +
                  "} y = NegativeLogLikelihoodLoss(x, t) }");
  };
  EXPECT_THAT(wrong("2"), HasSubstr("target 2 is outside [0, 1]"));
  EXPECT_THAT(wrong("-1"), HasSubstr("target -1 is outside [0, 1]"));
  EXPECT_THAT(inferred("(x: f32[3,2,5], t: s64[3,4]) -> (y) {\n"
                       "  y = NegativeLogLikelihoodLoss(x, t) }"),
              HasSubstr("input and target"));
  EXPECT_THAT(inferred("(x: f32[3,2], t: s64[3], w: f32[3]) -> (y) {\n"
                       "  y = NegativeLogLikelihoodLoss(x, t, w) }"),
              HasSubstr("weight has size 3 in dimension 0, not 2"));
  EXPECT_THAT(inferred("(x: f32[3], t: s64[3]) -> (y) { y = NegativeLogLikelihoodLoss(x, t) }"),
              HasSubstr("input has rank 1, less than 2"));
  EXPECT_THAT(inferred("(x: f32[3,2], t: s64[3]) -> (y) {\n"
                       "  y = NegativeLogLikelihoodLoss(x, t) {reduction=\"most\"} }"),
              HasSubstr("reduction 'most' is none of mean, sum, none"));
}

TEST(SoftmaxCrossEntropyLoss, IsTheLikelihoodOfTheSoftmax) {
  const auto y = results_of(
      "() -> (y, l) { x: f64[2,2] = {0, 0, 3, 3} t: s64[2] = {1, 0}\n"
      "  y, l = SoftmaxCrossEntropyLoss(x, t) {reduction=\"sum\"} }");
  EXPECT_NEAR(y[0].values<double>()[0], 2 * 0.6931471805599453, 1e-14);
  for (const double log_prob : y[1].values<double>()) {
    EXPECT_NEAR(log_prob, -0.6931471805599453, 1e-14);
  }
  EXPECT_EQ(inferred("(x: f16[4,3,5], t: s64[4,5]) -> (y) {\n"
                     "  y = SoftmaxCrossEntropyLoss(x, t) {reduction=\"none\"} }"),
            "f16[4,5]");
}

}  // namespace
}  // namespace mote
