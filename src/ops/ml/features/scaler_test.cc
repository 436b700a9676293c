// Scaler: numbers for all features or each.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(Scaler, OffsetComesFirst) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {1, 2, 3, 4}\n"
                   "  y = ai.onnx.ml.Scaler(x) {offset=[1.0, -1.0], scale=[10.0, 0.5]} }"),
            "f32[2,2] {0, 1.5, 20, 2.5}");
  EXPECT_EQ(answer("() -> (y) { x: s64[3] = {1, 2, 3}\n"
                   "  y = ai.onnx.ml.Scaler(x) {offset=[0.5], scale=[2.0]} }"),
            "f32[3] {1, 3, 5}");
}

TEST(Scaler, ListsHaveOneEntryOrOneForEachFeature) {
  EXPECT_THAT(inferred("(x: f32[5,3]) -> (y) { y = ai.onnx.ml.Scaler(x) {scale=[1.0, 2.0]} }"),
              HasSubstr("scale has 2 entries for 3 features"));
  EXPECT_THAT(inferred("(x: f32[5,3]) -> (y) { y = ai.onnx.ml.Scaler(x) {offset=floats[]} }"),
              HasSubstr("offset is empty"));
  EXPECT_EQ(inferred("(x: f64[n,f]) -> (y) { y = ai.onnx.ml.Scaler(x) {scale=[1.0, 2.0]} }"),
            "f32[n,f]");
}

}  // namespace
}  // namespace mote
