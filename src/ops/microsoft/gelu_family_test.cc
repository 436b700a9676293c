// The Gelu family: values as ONNX Runtime computes them.
#include "ops/microsoft/testing_near.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(MicrosoftGelu, ComesWithABias) {
  EXPECT_THAT(elements_of<float>("() -> (y) { a: f32[1,3] = {-1.1, 1.5, -1.2}\n"
                                 "  b: f32[3] = {1.7, 0, 0.4} y = com.microsoft.BiasGelu(a, b) }"),
              near({0.435448F, 1.399789F, -0.169484F}));
}

TEST(MicrosoftGelu, ComesByWayOfTanh) {
  EXPECT_THAT(
      elements_of<float>("() -> (y) { a: f32[1,3] = {1.1, 0.1, -0.8}\n"
                         "  b: f32[3] = {-1.2, -1.7, 1} y = com.microsoft.FastGelu(a, b) }"),
      near({-0.046017F, -0.087863F, 0.115851F}));
}

TEST(MicrosoftGelu, ComesByWayOfASigmoid) {
  EXPECT_THAT(elements_of<float>("() -> (y) { a: f32[1,3] = {-0.2, -1.4, 1.5}\n"
                                 "  y = com.microsoft.QuickGelu(a) }"),
              near({-0.083142F, -0.118291F, 1.391662F}));
}

TEST(MicrosoftGelu, TheRightHalfGatesTheLeftOne) {
  EXPECT_EQ(answer("() -> (y) { a: f32[1,4] = {1, 2, 9, -1} b: f32[4] = {1, 1, 1, 1}\n"
                   "  y = com.microsoft.BiasSplitGelu(a, b) }"),
            "f32[1,2] {20, 0}");
}

TEST(MicrosoftBiasSoftmax, TheAxisIsWithinTheRank) {
  EXPECT_THAT(inferred("(a: f32[1,4], b: f32[4]) -> (y) {\n"
                       "  y = com.microsoft.BiasSoftmax(a, b) {axis=2, is_inner_broadcast=0} }"),
              HasSubstr("axis 2 is outside [-2, 1]"));
}

}  // namespace
}  // namespace mote
