// SVMRegressor: kernels, one class. Expected scores are onnxruntime's.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string svm(std::string_view attributes) {
  return cat("() -> (y) { x: f32[2,2] = {-1, 0.5, 1, 2}\n  y = ai.onnx.ml.SVMRegressor(x) {",
             "coefficients=[0.3, 0.1], rho=[0.1], kernel_params=[0.5, 0.1, 3.0], ", attributes,
             "} }");
}

constexpr std::string_view kVectors = "support_vectors=[1.0, 2.0, 3.0, 4.0], n_supports=2";

TEST(SVMRegressor, HasFourKernels) {
  const auto poly = elements_of<float>(svm(cat(kVectors, ", kernel_type=\"POLY\"")));
  EXPECT_NEAR(poly[0], 0.0939F, 1e-6);
  EXPECT_NEAR(poly[1], 22.9344F, 1e-4);
  const auto rbf = elements_of<float>(svm(cat(kVectors, ", kernel_type=\"RBF\"")));
  EXPECT_NEAR(rbf[1], 0.1 + 0.3 + 0.1 * std::exp(-4.0), 1e-6);
  const auto sigmoid = elements_of<float>(svm(cat(kVectors, ", kernel_type=\"SIGMOID\"")));
  EXPECT_NEAR(sigmoid[0], 0.1 + 0.3 * std::tanh(0.1) + 0.1 * std::tanh(-0.4), 1e-6);
  const auto linear = elements_of<float>(svm(cat(kVectors, ", kernel_type=\"LINEAR\"")));
  EXPECT_NEAR(linear[1], 0.1 + 0.3 * 5 + 0.1 * 11, 1e-6);
}

// Without support vectors the coefficients are weights, whatever the kernel is called.
TEST(SVMRegressor, WithoutVectorsItIsLinear) {
  EXPECT_NEAR(elements_of<float>(svm("kernel_type=\"RBF\""))[1], 0.6F, 1e-6);
}

TEST(SVMRegressor, OneClassGivesTheSign) {
  EXPECT_EQ(answer(svm("one_class=1")), "f32[2,1] {-1, 1}");
}

TEST(SVMRegressor, NamesWhatDoesNotFit) {
  EXPECT_THAT(answer(svm("support_vectors=[1.0, 2.0, 3.0], n_supports=3")),
              HasSubstr("coefficients has 2 entries for 3 support vectors"));
  EXPECT_THAT(answer(svm("n_supports=-1")), HasSubstr("n_supports -1 is negative"));
  EXPECT_THAT(answer("() -> (y) { x: f32[1,3] = {1, 2, 3}\n"
                     "  y = ai.onnx.ml.SVMRegressor(x) {coefficients=[0.3, 0.1]} }"),
              HasSubstr("X has 3 features, the model 2"));
}

}  // namespace
}  // namespace mote
