#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Squeeze, KeepsTheNamesOfUnknownSizes) {
  EXPECT_EQ(inferred("(x: f32[batch,1,c,1]) -> (y) { a: s64[2] = {-1, 1} y = Squeeze(x, a) }"),
            "f32[batch,c]");
}

TEST(Squeeze, WithoutAxesNeedsAllSizes) {
  EXPECT_EQ(inferred("(x: f32[n,1]) -> (y) { y = Squeeze(x) }"), "f32[...]");
  EXPECT_EQ(inferred("(x: f32[1,3,1]) -> (y) { y = Squeeze(x) }"), "f32[3]");
}

TEST(Squeeze, KnowsTheRankFromTheNumberOfAxes) {
  EXPECT_EQ(inferred("(x: f32[1,3,1], a: s64[2]) -> (y) { y = Squeeze(x, a) }"), "f32[?]");
  EXPECT_EQ(inferred("(x: f32[3], a: s64[2]) -> (y) { y = Unsqueeze(x, a) }"), "f32[?,?,?]");
}

TEST(Squeeze, RefusesWrongAxes) {
  EXPECT_EQ(inferred("(x: f32[1,3]) -> (y) { a: s64[1] = {1} y = Squeeze(x, a) }"),
            "node (Squeeze) -> 'y': dimension 1 of f32[1,3] is not of size 1");
  EXPECT_EQ(inferred("(x: f32[1,3]) -> (y) { a: s64[1] = {2} y = Squeeze(x, a) }"),
            "node (Squeeze) -> 'y': axis 2 is outside [-2, 1]");
  EXPECT_EQ(inferred("(x: f32[1,3]) -> (y) { a: s64[2] = {0, -2} y = Squeeze(x, a) }"),
            "node (Squeeze) -> 'y': axis 0 is given twice");
  EXPECT_EQ(inferred("(x: f32[1], a: s64[2]) -> (y) { y = Squeeze(x, a) }"),
            "node (Squeeze) -> 'y': 2 axes are more than the rank 1");
}

TEST(Unsqueeze, RefusesMoreDimensionsThanThereMayBe) {
  EXPECT_EQ(inferred("(x: f32[1,1,1,1,1,1,1,1,1,1,1]) -> (y) {\n"
                     "  a: s64[2] = {0, 1} y = Unsqueeze(x, a) }"),
            "node (Unsqueeze) -> 'y': rank 13 is over 12");
}

TEST(Squeeze, TakesAxesFromTheAttributeOfOldOpsets) {
  EXPECT_EQ(answer_opset(11, "() -> (y) { x: f32[1,2,1] = {3, 4} y = Squeeze(x) {axes=[-1]} }"),
            "f32[1,2] {3, 4}");
  EXPECT_EQ(answer_opset(1, "() -> (y) { x: f32[1,2,1] = {3, 4} y = Squeeze(x) }"),
            "f32[2] {3, 4}");
  EXPECT_EQ(answer_opset(1, "() -> (y) { x: f32[2] = {3, 4} y = Unsqueeze(x) {axes=[0, 2]} }"),
            "f32[1,2,1] {3, 4}");
}

}  // namespace
}  // namespace mote
