// Smooth activations far out, and Gelu's choice.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Sigmoidal, FarOutNothingOverflows) {
  EXPECT_THAT(elements_of<float>("() -> (y) { x: f32[2] = {-200, 200} y = Sigmoid(x) }"),
              ElementsAre(testing::FloatEq(0), 1));
  EXPECT_THAT(elements_of<float>("() -> (y) { x: f32[2] = {-200, 200} y = Softplus(x) }"),
              ElementsAre(testing::FloatEq(0), 200));
  EXPECT_THAT(elements_of<float>("() -> (y) { x: f32[2] = {-200, 200} y = Mish(x) }"),
              ElementsAre(testing::FloatNear(0, 1e-30F), 200));
}

TEST(Gelu, KnowsTwoApproximations) {
  const auto erf = elements_of<float>("() -> (y) { x: f32[1] = {2} y = Gelu(x) }");
  const auto tanh =
      elements_of<float>("() -> (y) { x: f32[1] = {2} y = Gelu(x) {approximate=\"tanh\"} }");
  EXPECT_NEAR(erf[0], 1.9544997F, 1e-6);
  EXPECT_NEAR(tanh[0], 1.9545977F, 1e-6);
  EXPECT_THAT(inferred("(x: f32[1]) -> (y) { y = Gelu(x) {approximate=\"fast\"} }"),
              HasSubstr("'fast'"));
}

}  // namespace
}  // namespace mote
