// MoE: values as ONNX Runtime computes them.
#include "ops/microsoft/testing_near.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(MoE, TheBestExpertAnswersByItsShare) {
  EXPECT_THAT(
      elements_of<float>(
          "() -> (y) { a: f32[2,2] = {-0.2, -0.1, -1.6, -0.5} b: f32[2,2] = {1.5, -1.1, 1, 1.2}\n"
          "  c: f32[2,2,2] = {-1.2, 1.1, 0.6, 1.9, -0.4, 1, 1.4, -0.5}\n"
          "  d: f32[2,2] = {-1.1, -0.5, 0.6, -1} f: f32[2,2] = {-0.6, -0.1, -1.8, 0.1}\n"
          "  e: f32[2,2,2] = {1.4, -0.8, 1.1, -0.7, 0, 1.5, -0.1, 0.5}\n"
          "  y = com.microsoft.MoE(a, b, c, d, e, f) {k=1} }"),
      near({-0.558517F, -0.093086F, -0.989701F, 0.014296F}));
}

TEST(MoE, SharesOfTheChosenMaySumToOne) {
  EXPECT_THAT(
      elements_of<float>(
          "() -> (y) { a: f32[1,2] = {-0.2, -0.8} b: f32[1,3] = {-1.3, -0.6, -0.8}\n"
          "  c: f32[3,2,2] = {-0.5, 1.2, 1.6, 1.7, -0.3, 1.6, 0.3, 2, -1.5, 1, 0.4, 0.1}\n"
          "  d: f32[3,2] = {1, 1.3, 1.3, -0.6, -0.5, 0.4} f: f32[3,2] = {0, 0.7, 1.5, -1.8, -0.8, "
          "-1.3}\n"
          "  e: f32[3,2,2] = {-1.8, 1.3, 0.3, -0.2, 0.6, 1.8, 1.2, 0.6, -1.2, 1.9, -0.5, 1.6}\n"
          "  y = com.microsoft.MoE(a, b, c, d, e, f) {\n"
          "    k=2, normalize_routing_weights=1, activation_type=\"silu\"} }"),
      near({0.52717F, -1.460631F}));
}

TEST(MoE, SaysWhatItDoesNotDo) {
  EXPECT_THAT(inferred("(a: f32[2,2], b: f32[2,2], c: f32[2,2,2], e: f32[2,2,2]) -> (y) {\n"
                       "  y = com.microsoft.MoE(a, b, c, _, e) {activation_type=\"swiglu\"} }"),
              HasSubstr("activation_type 'swiglu' is not one"));
}

}  // namespace
}  // namespace mote
