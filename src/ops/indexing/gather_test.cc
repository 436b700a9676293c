#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Gather, NamesTheIndexThatIsOutside) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,3] = {1, 2, 3, 4, 5, 6} i: s64[1] = {3}\n"
                   "  y = Gather(x, i) {axis=1} }"),
            "index 3 is outside [-3, 2]");
  EXPECT_EQ(answer("() -> (y) { x: f32[2] = {1, 2} i: s64[1] = {-9223372036854775808}\n"
                   "  y = GatherElements(x, i) }"),
            "index -9223372036854775808 is outside [-2, 1]");
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {1, 2, 3, 4} i: s64[1,2] = {0, 2}\n"
                   "  y = GatherND(x, i) }"),
            "index 2 is outside [-2, 1]");
  EXPECT_EQ(answer("() -> (y) { x: f32[0] = {} i: s64[1] = {0} y = Gather(x, i) }"),
            "index 0 is outside [0, -1]");
}

TEST(Gather, MovesStrings) {
  EXPECT_EQ(answer("() -> (y) { x: string[2] = {\"a\", \"b\"} i: s32[3] = {1, 0, -1}\n"
                   "  y = Gather(x, i) }"),
            "string[3] {\"b\", \"a\", \"b\"}");
}

TEST(GatherND, RefusesShapesThatDoNotFit) {
  EXPECT_EQ(inferred("(x: f32[2,2], i: s64[1,3]) -> (y) { y = GatherND(x, i) }"),
            "node (GatherND) -> 'y': indices have 3 entries each, not 1 to 2");
  EXPECT_EQ(inferred("(x: f32[2,2], i: s64[3,1]) -> (y) { y = GatherND(x, i) {batch_dims=1} }"),
            "node (GatherND) -> 'y': batch dimension 0 is 2 in data, 3 in indices");
  EXPECT_EQ(inferred("(x: f32[2], i: s64[2,1]) -> (y) { y = GatherND(x, i) {batch_dims=1} }"),
            "node (GatherND) -> 'y': batch_dims 1 is not below 1");
}

TEST(GatherElements, RefusesIndicesLargerThanTheData) {
  EXPECT_EQ(inferred("(x: f32[2,2], i: s64[3,3]) -> (y) { y = GatherElements(x, i) }"),
            "node (GatherElements) -> 'y': s64[3,3] are not indices into f32[2,2] along axis 0");
}

TEST(OneHot, LeavesIndicesOutOfRangeOff) {
  EXPECT_EQ(answer("() -> (y) { i: u64[3] = {18446744073709551615, 2, 1} d: s8[] = {2}\n"
                   "  v: f32[2] = {3, 5} y = OneHot(i, d, v) }"),
            "f32[3,2] {3, 3, 3, 3, 3, 5}");
  EXPECT_EQ(inferred("(i: s64[2], v: f32[2]) -> (y) { d: s64[] = {-1} y = OneHot(i, d, v) }"),
            "node (OneHot) -> 'y': depth -1 is negative");
}

TEST(NonZero, OfAScalarHasNoRows) {
  EXPECT_EQ(answer("() -> (y) { x: f32[] = {3} y = NonZero(x) }"), "s64[0,1] {}");
  EXPECT_EQ(inferred("(x: f32[2,3]) -> (y) { y = NonZero(x) }"), "s64[2,?]");
}

TEST(Compress, RefusesMoreConditionsThanElements) {
  EXPECT_EQ(inferred("(x: f32[2,2], c: bool[3]) -> (y) { y = Compress(x, c) {axis=0} }"),
            "node (Compress) -> 'y': condition has 3 entries for a size of 2");
  EXPECT_EQ(inferred("(x: f32[2,2], c: bool[3]) -> (y) { y = Compress(x, c) }"), "f32[?]");
}

}  // namespace
}  // namespace mote
