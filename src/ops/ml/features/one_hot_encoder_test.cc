// OneHotEncoder: what finds its category.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// NaN is cut to 0, as where numbers are cast.
TEST(OneHotEncoder, CutsNumbersToIntegers) {
  EXPECT_EQ(answer("() -> (y) { x: f32[4] = {1.7, -1.2, 2.9, nan}\n"
                   "  y = ai.onnx.ml.OneHotEncoder(x) {cats_int64s=[1, 2]} }"),
            "f32[4,2] {1, 0, 0, 0, 0, 1, 0, 0}");
}

TEST(OneHotEncoder, OfEqualCategoriesTheLastCounts) {
  EXPECT_EQ(answer("() -> (y) { x: s32[1] = {1}\n"
                   "  y = ai.onnx.ml.OneHotEncoder(x) {cats_int64s=[1, 1, 2]} }"),
            "f32[1,3] {0, 1, 0}");
}

TEST(OneHotEncoder, UnknownValuesAreErrorsWithoutZeros) {
  EXPECT_THAT(answer("() -> (y) { x: string[2] = {\"a\", \"x\"}\n"
                     "  y = ai.onnx.ml.OneHotEncoder(x) {cats_strings=[\"a\"], zeros=0} }"),
              HasSubstr("element 1 of X is none of the 1 categories"));
  EXPECT_THAT(inferred("(x: s64[2]) -> (y) { y = ai.onnx.ml.OneHotEncoder(x) }"),
              HasSubstr("needs either cats_int64s or cats_strings"));
  EXPECT_THAT(
      inferred("(x: s64[2]) -> (y) { y = ai.onnx.ml.OneHotEncoder(x) {cats_strings=[\"a\"]} }"),
      HasSubstr("s64"));
}

}  // namespace
}  // namespace mote
