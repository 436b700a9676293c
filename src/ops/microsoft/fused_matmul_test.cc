// Products and convolutions with what was fused into them: values as ONNX Runtime computes them.
#include "ops/microsoft/testing_near.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(FusedMatMul, BatchesMayComeBehindTheRows) {
  EXPECT_THAT(
      elements_of<float>(
          "() -> (y) { a: f32[3,2,1] = {-1.2, -0.2, 0.8, -0.7, -0.6, 1.7}\n"
          "  b: f32[3,2,2] = {1.8, -0.4, 1.6, -0.7, -1.7, 0.1, 0.6, 1.6, 1.9, 1.1, 1, 0.8}\n"
          "  y = com.microsoft.FusedMatMul(a, b) {\n"
          "    alpha=0.5, transA=1, transBatchA=1, transBatchB=1} }"),
      near({-2.33F, -0.05F, 0.48F, 0.19F}));
}

TEST(FusedMatMul, AVectorIsNotTransposed) {
  EXPECT_EQ(answer("() -> (y) { a: f32[2] = {1, 2} b: f32[2,2] = {1, 2, 3, 4}\n"
                   "  y = com.microsoft.FusedMatMul(a, b) {transA=1} }"),
            "f32[2] {7, 10}");
}

TEST(FusedGemm, TheActivationTakesItsParameter) {
  EXPECT_THAT(
      elements_of<float>(
          "() -> (y) { a: f32[2,2] = {0.8, 1.1, 1.9, -0.5} b: f32[1,2] = {-1.7, -1}\n"
          "  c: f32[1] = {-1.1} y = com.microsoft.FusedGemm(a, b, c) {alpha=0.5, transB=1,\n"
          "    activation=\"LeakyRelu\", activation_alpha=0.5} }"),
      near({-1.165F, -1.2325F}));
}

TEST(FusedConv, ZIsAddedBeforeTheActivation) {
  EXPECT_THAT(elements_of<float>(
                  "() -> (y) { a: f32[1,1,3] = {1.4, -1.6, -0.1} b: f32[2,1,2] = {1.4, 0.1, -0.2,\n"
                  "  1.2} c: f32[2] = {-1.9, 0.3} d: f32[1,2,2] = {-0.4, 1.9, 1.2, -1.8}\n"
                  "  y = com.microsoft.FusedConv(a, b, c, d) {\n"
                  "    activation=\"LeakyRelu\", activation_params=[0.5]} }"),
              near({-0.25F, -1.125F, -0.35F, -0.65F}));
}

TEST(NhwcConv, IsConvWithTheChannelsLast) {
  EXPECT_EQ(answer("() -> (y) { a: f32[1,1,2,2] = {1, 10, 2, 20} b: f32[1,2,1,1] = {3, 1}\n"
                   "  y = com.microsoft.NhwcConv(a, b) }"),
            "f32[1,1,2,1] {13, 26}");
}

std::string fused(std::string_view attributes) {
  return inferred("(x: f32[1,1,3], w: f32[1,1,2]) -> (y) { y = com.microsoft.FusedConv(x, w) {" +
                  std::string(attributes) + "} }");
}

TEST(FusedConv, ActivationsHaveTheParametersThatTheyTake) {
  EXPECT_THAT(fused("activation=\"Clip\", activation_params=[0.5]"),
              HasSubstr("activation Clip has 1 parameters, not 2"));
  EXPECT_THAT(fused("activation=\"Relu\", activation_params=[0.5]"),
              HasSubstr("activation Relu has 1 parameters, takes 0"));
  EXPECT_THAT(fused("activation=\"Fancy\""), HasSubstr("activation Fancy is not one"));
  EXPECT_THAT(fused("activation=1"), HasSubstr("'activation'"));
  EXPECT_THAT(fused("strides=[0]"), HasSubstr("0"));
  EXPECT_THAT(fused("wrong=1"), HasSubstr("'wrong'"));
}

}  // namespace
}  // namespace mote
