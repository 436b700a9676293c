// Binarizer: what is above.
#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Binarizer, TheThresholdItselfIsNotAbove) {
  EXPECT_EQ(answer("() -> (y) { x: f32[5] = {0.5, 0.6, -1, nan, inf}\n"
                   "  y = ai.onnx.ml.Binarizer(x) {threshold=0.5} }"),
            "f32[5] {0, 1, 0, 0, 1}");
  EXPECT_EQ(answer("() -> (y) { x: s64[3] = {-1, 0, 1} y = ai.onnx.ml.Binarizer(x) }"),
            "s64[3] {0, 0, 1}");
}

}  // namespace
}  // namespace mote
