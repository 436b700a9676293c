// Imputer: what is replaced, and by what.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(Imputer, EachFeatureHasItsValue) {
  EXPECT_EQ(answer("() -> (y) { x: f64[2,2] = {nan, 1, 2, nan} y = ai.onnx.ml.Imputer(x)\n"
                   "  {replaced_value_float=nan, imputed_value_floats=[7.0, 8.0]} }"),
            "f64[2,2] {7, 1, 2, 8}");
  EXPECT_EQ(answer("() -> (y) { x: s32[2,2] = {-1, 1, 2, -1} y = ai.onnx.ml.Imputer(x)\n"
                   "  {replaced_value_int64=-1, imputed_value_int64s=[7]} }"),
            "s32[2,2] {7, 1, 2, 7}");
}

// Without a replaced value it is 0.
TEST(Imputer, NaNStaysWhereNobodyAskedForIt) {
  EXPECT_EQ(answer("() -> (y) { x: f32[3] = {nan, 0, -0.0}\n"
                   "  y = ai.onnx.ml.Imputer(x) {imputed_value_floats=[7.0]} }"),
            "f32[3] {nan, 7, 7}");
}

TEST(Imputer, ValuesAreOfTheInputsKind) {
  EXPECT_THAT(inferred("(x: s64[3]) -> (y) {\n"
                       "  y = ai.onnx.ml.Imputer(x) {imputed_value_floats=[7.0]} }"),
              HasSubstr("s64"));
  EXPECT_THAT(inferred("(x: f32[3]) -> (y) { y = ai.onnx.ml.Imputer(x) }"),
              HasSubstr("needs either imputed_value_floats or imputed_value_int64s"));
  EXPECT_THAT(inferred("(x: f32[3]) -> (y) {\n"
                       "  y = ai.onnx.ml.Imputer(x) {imputed_value_floats=[7.0, 8.0]} }"),
              HasSubstr("imputed_value_floats has 2 entries for 3 features"));
}

}  // namespace
}  // namespace mote
