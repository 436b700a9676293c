// LinearClassifier, LinearRegressor: labels, complements, coefficients that do not fit.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;

std::string classifier(std::string_view attributes) {
  return cat("() -> (y, z) { x: f32[2,2] = {-1, 0.5, 1, 2}\n  y, z = ",
             "ai.onnx.ml.LinearClassifier(x) {", attributes, "} }");
}

void expect_scores(const std::string& text, std::vector<float> scores) {
  EXPECT_THAT(results_of(text)[1].values<float>(), Pointwise(FloatNear(1e-5F), scores)) << text;
}

TEST(LinearClassifier, TheLargestScoreWins) {
  const std::string text = classifier(
      "coefficients=[0.3, 0.1, -0.2, 0.4], intercepts=[0.1, 0.2], classlabels_ints=[7, 9]");
  EXPECT_EQ(answer(text), "s64[2] {9, 9}");
  expect_scores(text, {-0.15F, 0.6F, 0.6F, 0.8F});
}

TEST(LinearClassifier, OneScoreTellsTwoLabelsApart) {
  const std::string_view one = "coefficients=[0.3, 0.1], intercepts=[0.1], classlabels_ints=[7, 9]";
  EXPECT_EQ(answer(classifier(one)), "s64[2] {7, 9}");
  expect_scores(classifier(one), {1.15F, -0.15F, 0.4F, 0.6F});
  expect_scores(classifier(cat(one, ", post_transform=\"SOFTMAX\"")), {1.15F, -0.15F, 0.4F, 0.6F});
  expect_scores(classifier(cat(one, ", post_transform=\"LOGISTIC\"")),
                {0.53743F, 0.46257F, 0.354344F, 0.645656F});
}

TEST(LinearClassifier, InterceptsMayBeAbsent) {
  EXPECT_EQ(answer(classifier("coefficients=[0.3, 0.1, -0.2, 0.4], "
                              "classlabels_strings=[\"a\", \"b\"]")),
            "string[2] {\"b\", \"b\"}");
}

TEST(LinearClassifier, NamesWhatDoesNotFit) {
  EXPECT_THAT(answer(classifier("coefficients=[0.3], intercepts=[0.1], classlabels_ints=[1, 2]")),
              HasSubstr("there are 1 coefficients for 1 scores of 2 features"));
  EXPECT_THAT(answer(classifier("coefficients=[0.3, 0.1, 0.2, 0.4, 0.5, 0.6], "
                                "intercepts=[0.1, 0.2, 0.3], classlabels_ints=[1, 2]")),
              HasSubstr("there are 2 labels for 3 scores"));
  EXPECT_THAT(answer(classifier("coefficients=[0.3, 0.1], classlabels_ints=[1], "
                                "classlabels_strings=[\"a\"]")),
              HasSubstr("both of classlabels_ints and classlabels_strings"));
}

TEST(LinearRegressor, TransformsSeveralTargetsAlone) {
  const auto regressor = [](std::string_view attributes) {
    return cat("() -> (y) { x: f32[1,2] = {1, 2} y = ai.onnx.ml.LinearRegressor(x) {", attributes,
               "} }");
  };
  EXPECT_EQ(answer(regressor("coefficients=[0.5, 0.25], intercepts=[1.0], "
                             "post_transform=\"LOGISTIC\"")),
            "f32[1,1] {2}");
  const auto two = elements_of<float>(
      regressor("coefficients=[0.3, 0.1, 0.2, 0.2], intercepts=[0.1, 0.2], targets=2, "
                "post_transform=\"SOFTMAX\""));
  EXPECT_NEAR(two[0], 0.450166F, 1e-6);
  EXPECT_THAT(answer(regressor("coefficients=[0.5, 0.25], intercepts=[1.0, 2.0]")),
              HasSubstr("intercepts has 2 entries for 1 targets"));
  EXPECT_THAT(answer(regressor("coefficients=[0.5], targets=9223372036854775807")),
              HasSubstr("there are 1 coefficients for 9223372036854775807 scores"));
  EXPECT_THAT(answer(regressor("coefficients=[0.5, 0.5], targets=0")), HasSubstr("not positive"));
}

}  // namespace
}  // namespace mote
