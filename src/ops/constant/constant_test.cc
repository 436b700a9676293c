#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Constant, HasExactlyOneValue) {
  EXPECT_NE(inferred("() -> (y) { y = Constant() }").find("0 attributes give a value, not one"),
            std::string::npos);
  EXPECT_NE(inferred("() -> (y) { y = Constant() {value_int=1, value_float=1.0} }")
                .find("2 attributes give a value, not one"),
            std::string::npos);
}

TEST(Constant, IsKnownToInference) {
  EXPECT_EQ(inferred("(x: f32[6]) -> (y) {\n"
                     "  s = Constant() {value_ints=[2, 3]} y = Reshape(x, s) }"),
            "f32[2,3]");
}

TEST(ConstantOfShape, RefusesHostileSizes) {
  EXPECT_EQ(inferred("() -> (y) { s: s64[2] = {2, -1} y = ConstantOfShape(s) }"),
            "node (ConstantOfShape) -> 'y': size -1 is negative");
  EXPECT_EQ(inferred("() -> (y) { s: s64[2] = {4294967296, 4294967296}\n"
                     "  y = ConstantOfShape(s) }"),
            "node (ConstantOfShape) -> 'y': a shape has more elements than memory can hold");
  EXPECT_NE(inferred("() -> (y) { s: s64[1] = {2} y = ConstantOfShape(s) {value=f32[2]{1, 2}} }")
                .find("value has 2 elements, not one"),
            std::string::npos);
}

TEST(Range, CountsWithoutOverflow) {
  EXPECT_EQ(inferred("() -> (y) { a: s64[] = {-9223372036854775808}\n"
                     "  b: s64[] = {9223372036854775807} c: s64[] = {9223372036854775807}\n"
                     "  y = Range(a, b, c) }"),
            "s64[3]");
  EXPECT_EQ(inferred("() -> (y) { a: s64[] = {9223372036854775807}\n"
                     "  b: s64[] = {-9223372036854775808} c: s64[] = {-9223372036854775808}\n"
                     "  y = Range(a, b, c) }"),
            "s64[2]");
  EXPECT_EQ(inferred("() -> (y) { a: s64[] = {-9223372036854775808}\n"
                     "  b: s64[] = {9223372036854775807} c: s64[] = {1} y = Range(a, b, c) }"),
            "node (Range) -> 'y': a range of 18446744073709551615 elements is more than memory can "
            "hold");
}

TEST(Range, RefusesRangesWithoutEnd) {
  EXPECT_EQ(inferred("() -> (y) { a: s32[] = {0} b: s32[] = {5} c: s32[] = {0}\n"
                     "  y = Range(a, b, c) }"),
            "node (Range) -> 'y': delta is 0");
  EXPECT_EQ(inferred("() -> (y) { a: f32[] = {0} b: f32[] = {inf} c: f32[] = {1}\n"
                     "  y = Range(a, b, c) }"),
            "node (Range) -> 'y': no range from 0 to inf by 1");
  EXPECT_EQ(inferred("() -> (y) { a: f32[] = {0} b: f32[] = {nan} c: f32[] = {1}\n"
                     "  y = Range(a, b, c) }"),
            "node (Range) -> 'y': no range from 0 to nan by 1");
}

TEST(Range, ChecksASizeThatTheFileDeclares) {
  EXPECT_EQ(answer("(n: s64[]) -> (y: s64[4]) { a: s64[] = {0} c: s64[] = {1}\n"
                   "  y: s64[4] = Range(a, n, c) }",
                   {Tensor::scalar<std::int64_t>(3)}),
            "the output has size [3], not [4]");
}

TEST(EyeLike, KeepsADiagonalFarAwayOut) {
  EXPECT_EQ(answer("() -> (y) { x: s8[1,2] = {5, 5}\n"
                   "  y = EyeLike(x) {k=-9223372036854775808} }"),
            "s8[1,2] {0, 0}");
  EXPECT_EQ(answer("() -> (y) { x: s8[3,2] = {5, 5, 5, 5, 5, 5} y = EyeLike(x) {k=-1} }"),
            "s8[3,2] {0, 0, 1, 0, 0, 1}");
  EXPECT_NE(inferred("(x: f32[2,2]) -> (y) { y = EyeLike(x) {dtype=99} }")
                .find("dtype 99 is no element type"),
            std::string::npos);
}

}  // namespace
}  // namespace mote
