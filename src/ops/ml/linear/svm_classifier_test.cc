// SVMClassifier: two classes and more, probabilities, lists that do not fit. Expected scores are
// onnxruntime's.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;

std::string svm(std::string_view attributes) {
  return cat("() -> (y, z) { x: f32[2,2] = {-1, 0.5, 1, 2}\n  y, z = ",
             "ai.onnx.ml.SVMClassifier(x) {kernel_params=[0.5, 0.1, 3.0], ", attributes, "} }");
}

void expect_scores(const std::string& text, std::vector<float> scores) {
  EXPECT_THAT(results_of(text)[1].values<float>(), Pointwise(FloatNear(2e-5F), scores)) << text;
}

constexpr std::string_view kTwo =
    "kernel_type=\"RBF\", coefficients=[0.5, -0.5, 0.3], vectors_per_class=[2, 1], rho=[-0.1], "
    "support_vectors=[1.0, 2.0, 3.0, 4.0, 0.0, 1.0], classlabels_ints=[7, 9]";

TEST(SVMClassifier, OfTwoClassesAPositiveScoreIsTheFirst) {
  const std::string text = svm(kTwo);
  EXPECT_EQ(answer(text), "s64[2] {7, 7}");
  expect_scores(text, {-0.0825465F, 0.0825465F, -0.501206F, 0.501206F});
  expect_scores(svm(cat(kTwo, ", post_transform=\"LOGISTIC\"")),
                {0.479375F, 0.520625F, 0.377257F, 0.622743F});
  expect_scores(svm(cat(kTwo, ", post_transform=\"SOFTMAX\"")),
                {0.917453F, 0.0825465F, 0.498794F, 0.501206F});
}

TEST(SVMClassifier, GivesProbabilities) {
  expect_scores(svm(cat(kTwo, ", prob_a=[-2.0], prob_b=[0.1]")),
                {0.516267F, 0.483733F, 0.711445F, 0.288555F});
}

constexpr std::string_view kThree =
    "kernel_type=\"SIGMOID\", coefficients=[0.5, -0.5, 0.3, 0.1, 0.6, 0.2], rho=[-0.1, 0.2, 0.3], "
    "support_vectors=[1.0, 2.0, 3.0, 4.0, 0.0, 1.0], vectors_per_class=[1, 1, 1], "
    "classlabels_ints=[7, 9, 11]";

TEST(SVMClassifier, EveryPairHasAScore) {
  const std::string text = svm(kThree);
  EXPECT_EQ(answer(text), "s64[2] {7, 9}");
  expect_scores(text, {0.139808F, 0.310879F, 0.139306F, -0.105473F, 0.539052F, 1.06008F});
  expect_scores(svm(cat(kThree, ", prob_a=[-2.0, 1.0, 0.5], prob_b=[0.1, 0.2, 0.3]")),
                {0.287436F, 0.27483F, 0.437735F, 0.224461F, 0.250723F, 0.524816F});
}

TEST(SVMClassifier, WithoutVectorsClassesHaveWeights) {
  const std::string text = svm(
      "coefficients=[0.5, -0.5, 0.2, 0.1, 0.7, 0.3], rho=[0.1], classlabels_strings=[\"a\", \"b\", "
      "\"c\"]");
  EXPECT_EQ(answer(text), "string[2] {\"b\", \"c\"}");
  expect_scores(text, {-0.65F, -0.05F, -0.45F, -0.4F, 0.5F, 1.4F});
}

TEST(SVMClassifier, NamesListsThatDoNotFit) {
  const auto with = [](std::string_view lists) {
    return answer(
        svm(cat("support_vectors=[1.0, 2.0, 3.0, 4.0], classlabels_ints=[7, 9], ", lists)));
  };
  EXPECT_THAT(with("coefficients=[0.5, 0.5], vectors_per_class=[2], rho=[0.1]"),
              HasSubstr("vectors_per_class has 1 entries for 2 classes"));
  EXPECT_THAT(with("coefficients=[0.5], vectors_per_class=[1, 1], rho=[0.1]"),
              HasSubstr("coefficients has 1 entries, needs 2"));
  EXPECT_THAT(with("coefficients=[0.5, 0.5], vectors_per_class=[1, 1]"),
              HasSubstr("rho has 0 entries, needs 1"));
  EXPECT_THAT(with("coefficients=[0.5, 0.5], vectors_per_class=[1, 1], rho=[0.1], prob_a=[1.0]"),
              HasSubstr("prob_a has 1 entries, prob_b has 0"));
  EXPECT_THAT(with("coefficients=[0.5], vectors_per_class=[9223372036854775807, 1], rho=[0.1]"),
              HasSubstr("vectors_per_class has 1"));
  EXPECT_THAT(with("coefficients=[0.5], vectors_per_class=[-1, 1], rho=[0.1]"),
              HasSubstr("vectors_per_class has -1"));
  EXPECT_THAT(with("coefficients=[0.5], vectors_per_class=[1, 2], rho=[0.1]"),
              HasSubstr("support_vectors has 4 numbers for 3 vectors"));
  EXPECT_THAT(with("coefficients=[0.5, 0.5, 0.5, 0.5], vectors_per_class=[2, 2], rho=[0.1]"),
              HasSubstr("X has 2 features, the model 1"));
  EXPECT_THAT(with("coefficients=[0.5, 0.5], vectors_per_class=[1, 1], rho=[0.1], "
                   "kernel_type=\"COSINE\""),
              HasSubstr("kernel_type 'COSINE' is none of"));
}

}  // namespace
}  // namespace mote
