#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Shape, OfKnownSizesIsAConstantThatOthersUse) {
  EXPECT_EQ(inferred("(x: f32[2,3,4], d: f32[24]) -> (y) {\n"
                     "  m: s64[1] = {-1}\n"
                     "  s = Shape(x) {start=-2} n = Concat(m, s) {axis=0} y = Reshape(d, n)\n"
                     "}"),
            "f32[2,3,4]");
}

TEST(Shape, OfKnownDimensionsIsKnownWhateverTheOthersAre) {
  EXPECT_EQ(inferred("(x: f32[batch,3,4], d: f32[12]) -> (y) {\n"
                     "  s = Shape(x) {start=1} y = Reshape(d, s) }"),
            "f32[3,4]");
  EXPECT_EQ(inferred("(x: f32[batch,3,4], d: f32[12]) -> (y) {\n"
                     "  s = Shape(x) y = Reshape(d, s) }"),
            "f32[?,?,?]");
}

TEST(Shape, ClampsItsBounds) {
  EXPECT_EQ(answer("() -> (y) { x: f32[1,2] = {0, 0}\n"
                   "  y = Shape(x) {start=-9223372036854775808, end=9223372036854775807} }"),
            "s64[2] {1, 2}");
  EXPECT_EQ(answer("() -> (y) { x: f32[1,2] = {0, 0} y = Shape(x) {start=5, end=1} }"),
            "s64[0] {}");
}

TEST(Reshape, RanksBeyondTheLimitAreAnError) {
  EXPECT_EQ(inferred("(x: f32[1]) -> (y) {\n"
                     "  s: s64[13] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1} y = Reshape(x, s) }"),
            "node (Reshape) -> 'y': input 1: a list of 13 integers, over 12");
}

TEST(Reshape, OfOpset1HasItsShapeAsAnAttribute) {
  EXPECT_EQ(answer_opset(1,
                         "() -> (y) { x: f32[2] = {3, 4}\n"
                         "  y = Reshape(x) {shape=[2, 1], consumed_inputs=[0]} }"),
            "f32[2,1] {3, 4}");
}

TEST(Size, OverflowIsAnError) {
  EXPECT_EQ(inferred("(x: f32[4294967296,4294967296]) -> (y) { y = Size(x) }"),
            "node (Size) -> 'y': a shape has more elements than memory can hold");
}

TEST(Flatten, MultipliesWhatItKnows) {
  EXPECT_EQ(inferred("(x: f32[batch,3,4]) -> (y) { y = Flatten(x) }"), "f32[batch,12]");
  EXPECT_EQ(inferred("(x: f32[...]) -> (y) { y = Flatten(x) }"), "f32[?,?]");
  EXPECT_EQ(inferred("(x: f32[2]) -> (y) { y = Flatten(x) {axis=2} }"),
            "node (Flatten) -> 'y': axis 2 is outside [-1, 1]");
}

}  // namespace
}  // namespace mote
