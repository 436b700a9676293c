// CastMap: order, places, kinds of values.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string cast(std::string_view keys, std::string_view attributes) {
  return cat(
      "() -> (y) { x: f32[1,2] = {1.5, -2.75} s = ai.onnx.ml.ZipMap(x) {classlabels_int64s=[", keys,
      "]} i: s64[] = {0} m = SequenceAt(s, i) y = ai.onnx.ml.CastMap(m) {", attributes, "} }");
}

TEST(CastMap, DenseValuesComeInTheOrderOfKeys) {
  EXPECT_EQ(answer(cast("3, 1", "cast_to=\"TO_FLOAT\"")), "f32[1,2] {-2.75, 1.5}");
  EXPECT_EQ(answer(cast("3, 1", "cast_to=\"TO_INT64\"")), "s64[1,2] {-2, 1}");
  EXPECT_EQ(answer(cast("3, 1", "cast_to=\"TO_STRING\"")),
            "string[1,2] {\"-2.750000\", \"1.500000\"}");
}

TEST(CastMap, SparseValuesStandAtTheirKeys) {
  EXPECT_EQ(answer(cast("3, 1", "map_form=\"SPARSE\", max_map=4")), "f32[1,4] {0, -2.75, 0, 1.5}");
  EXPECT_EQ(answer(cast("0, 1", "map_form=\"SPARSE\", max_map=3, cast_to=\"TO_STRING\"")),
            "string[1,3] {\"1.500000\", \"-2.750000\", \"0.f\"}");
}

TEST(CastMap, NamesWhatDoesNotFit) {
  EXPECT_THAT(answer(cast("3, 1", "map_form=\"SPARSE\", max_map=3")),
              HasSubstr("key 3 is outside [0, 3)"));
  EXPECT_THAT(answer(cast("-3, 1", "map_form=\"SPARSE\", max_map=3")),
              HasSubstr("key -3 is outside [0, 3)"));
  EXPECT_THAT(answer(cast("3, 1", "map_form=\"SPARSE\", max_map=0")), HasSubstr("not positive"));
  EXPECT_THAT(answer(cast("3, 1", "map_form=\"SPARSE\", max_map=1000000000000")),
              HasSubstr("budget"));
  EXPECT_THAT(answer(cast("3, 1", "cast_to=\"TO_BOOL\"")),
              HasSubstr("cast_to 'TO_BOOL' is none of"));
  EXPECT_THAT(answer("() -> (y) { x: f32[2] = {1, 2} y = ai.onnx.ml.CastMap(x) }"),
              HasSubstr("input is f32[2], not a map"));
  EXPECT_THAT(answer("() -> (y) { x: f32[1,1] = {1}\n"
                     "  s = ai.onnx.ml.ZipMap(x) {classlabels_strings=[\"a\"]} i: s64[] = {0}\n"
                     "  m = SequenceAt(s, i) y = ai.onnx.ml.CastMap(m) }"),
              HasSubstr("the keys of the map are string, not s64"));
}

}  // namespace
}  // namespace mote
