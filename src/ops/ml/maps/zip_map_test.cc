// ZipMap, and what takes its maps.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(ZipMap, MakesAMapOfEachRow) {
  EXPECT_EQ(answer("() -> (z) { x: f32[2,2] = {1, 2, 3, 4}\n"
                   "  z = ai.onnx.ml.ZipMap(x) {classlabels_strings=[\"b\", \"a\"]} }"),
            "seq(map(string[2] {\"b\", \"a\"}, f32[2] {1, 2}), "
            "map(string[2] {\"b\", \"a\"}, f32[2] {3, 4}))");
  EXPECT_EQ(answer("() -> (z) { x: f32[2] = {1, 2}\n"
                   "  z = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[5, 6]} }"),
            "seq(map(s64[2] {5, 6}, f32[2] {1, 2}))");
  EXPECT_EQ(inferred("(x: f32[n,2]) -> (z) {\n"
                     "  z = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[5, 6]} }"),
            "seq(map(s64,f32[...]))");
}

TEST(ZipMap, HasALabelForEachColumn) {
  EXPECT_THAT(inferred("(x: f32[2,3]) -> (z) {\n"
                       "  z = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[5, 6]} }"),
              HasSubstr("X has 3 columns for 2 labels"));
  EXPECT_THAT(inferred("(x: f32[2,3]) -> (z) { z = ai.onnx.ml.ZipMap(x) }"),
              HasSubstr("neither of classlabels_int64s and classlabels_strings"));
}

}  // namespace
}  // namespace mote
