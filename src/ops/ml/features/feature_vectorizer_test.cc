// FeatureVectorizer: widths, rows that do not fit.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(FeatureVectorizer, CutsAndFillsUp) {
  EXPECT_EQ(answer("() -> (y) { a: s64[2,3] = {1, 2, 3, 4, 5, 6} b: s64[2,1] = {7, 8}\n"
                   "  y = ai.onnx.ml.FeatureVectorizer(a, b) {inputdimensions=[2, 2]} }"),
            "f32[2,4] {1, 2, 7, 0, 4, 5, 8, 0}");
}

TEST(FeatureVectorizer, AListIsOneRow) {
  EXPECT_EQ(answer("() -> (y) { a: f64[2] = {1, 2} b: f64[1,2] = {3, 4}\n"
                   "  y = ai.onnx.ml.FeatureVectorizer(a, b) }"),
            "f32[1,4] {1, 2, 3, 4}");
}

TEST(FeatureVectorizer, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(a: f32[2,3], b: f32[3,3]) -> (y) {\n"
                       "  y = ai.onnx.ml.FeatureVectorizer(a, b) }"),
              HasSubstr("input 1 has 3 rows, those before have 2"));
  EXPECT_THAT(inferred("(a: f32[2,3]) -> (y) {\n"
                       "  y = ai.onnx.ml.FeatureVectorizer(a) {inputdimensions=[3, 3]} }"),
              HasSubstr("inputdimensions has 2 entries for 1 inputs"));
  EXPECT_THAT(inferred("(a: f32[2,3]) -> (y) {\n"
                       "  y = ai.onnx.ml.FeatureVectorizer(a) {inputdimensions=[-3]} }"),
              HasSubstr("inputdimensions has -3, below 0"));
  EXPECT_THAT(inferred("(a: f32[1], b: f32[1]) -> (y) { y = ai.onnx.ml.FeatureVectorizer(a, b)\n"
                       "  {inputdimensions=[9223372036854775807, 1]} }"),
              HasSubstr("too many"));
}

}  // namespace
}  // namespace mote
