// ArrayFeatureExtractor: sizes, texts, bad indices.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(ArrayFeatureExtractor, ChoosesColumns) {
  EXPECT_EQ(answer("() -> (z) { x: s32[2,3] = {1, 2, 3, 4, 5, 6} y: s64[1,2] = {2, 0}\n"
                   "  z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }"),
            "s32[2,2] {3, 1, 6, 4}");
  EXPECT_EQ(answer("() -> (z) { x: string[3] = {\"a\", \"b\", \"c\"} y: s64[2] = {1, 1}\n"
                   "  z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }"),
            "string[1,2] {\"b\", \"b\"}");
}

TEST(ArrayFeatureExtractor, IndicesCountFromZero) {
  EXPECT_THAT(answer("() -> (z) { x: f32[1,3] = {1, 2, 3} y: s64[2] = {0, -1}\n"
                     "  z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }"),
              HasSubstr("index -1 at 1 of Y is outside [0, 3)"));
  EXPECT_THAT(answer("() -> (z) { x: f32[1,3] = {1, 2, 3} y: s64[1] = {3}\n"
                     "  z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }"),
              HasSubstr("index 3 at 0 of Y is outside [0, 3)"));
  EXPECT_THAT(inferred("(x: f32[], y: s64[1]) -> (z) {\n"
                       "  z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }"),
              HasSubstr("X has no dimension to choose from"));
}

}  // namespace
}  // namespace mote
