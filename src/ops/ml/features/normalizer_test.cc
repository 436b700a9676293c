// Normalizer: signs, zeros, integers.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;

std::vector<float> normalized(std::string_view norm) {
  return elements_of<float>(cat("() -> (y) { x: f32[3,2] = {-3, -4, 0, 0, 1, -2} ",
                                "y = ai.onnx.ml.Normalizer(x) {norm=\"", norm, "\"} }"));
}

// MAX divides by the largest element, not by the largest magnitude.
TEST(Normalizer, DividesRowsByTheirNorm) {
  EXPECT_THAT(normalized("MAX"),
              Pointwise(FloatNear(1e-6F), {1.0F, 1.3333334F, 0.0F, 0.0F, 1.0F, -2.0F}));
  EXPECT_THAT(normalized("L1"), Pointwise(FloatNear(1e-6F), {-0.42857143F, -0.57142857F, 0.0F, 0.0F,
                                                             0.33333334F, -0.66666667F}));
  EXPECT_THAT(normalized("L2"),
              Pointwise(FloatNear(1e-6F), {-0.6F, -0.8F, 0.0F, 0.0F, 0.44721359F, -0.89442719F}));
}

TEST(Normalizer, SquaresOfIntegersDoNotOverflow) {
  EXPECT_EQ(answer("() -> (y) { x: s64[2] = {3000000000000, -4000000000000}\n"
                   "  y = ai.onnx.ml.Normalizer(x) {norm=\"L2\"} }"),
            "f32[2] {0.6, -0.8}");
}

TEST(Normalizer, TakesRowsAndKnownNorms) {
  EXPECT_THAT(inferred("(x: f32[2,2,2]) -> (y) { y = ai.onnx.ml.Normalizer(x) }"),
              HasSubstr("X has rank 3, not 1 or 2"));
  EXPECT_THAT(inferred("(x: f32[2]) -> (y) { y = ai.onnx.ml.Normalizer(x) {norm=\"L3\"} }"),
              HasSubstr("norm 'L3' is none of MAX, L1, L2"));
}

}  // namespace
}  // namespace mote
