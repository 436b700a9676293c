#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Tile, RefusesHostileRepeats) {
  EXPECT_EQ(inferred("(x: f32[3]) -> (y) { r: s64[1] = {-1} y = Tile(x, r) }"),
            "node (Tile) -> 'y': repeats -1 is negative");
  EXPECT_EQ(inferred("(x: f32[3]) -> (y) { r: s64[1] = {9223372036854775807} y = Tile(x, r) }"),
            "node (Tile) -> 'y': size 3 times 9223372036854775807 overflows");
  EXPECT_EQ(inferred("(x: f32[3]) -> (y) { r: s64[2] = {1, 1} y = Tile(x, r) }"),
            "node (Tile) -> 'y': repeats has size 2 in dimension 0, not 1");
}

TEST(Tile, KeepsNamesOfSizesThatItDoesNotRepeat) {
  EXPECT_EQ(inferred("(x: f32[n,3]) -> (y) { r: s64[2] = {1, 2} y = Tile(x, r) }"), "f32[n,6]");
}

TEST(Tile, HadTilesAndAxisBeforeOpset6) {
  EXPECT_EQ(answer_opset(1,
                         "() -> (y) { x: f32[2,2] = {1, 2, 3, 4} t: f32[] = {2} a: f32[] = {1}\n"
                         "  y = Tile(x, t, a) }"),
            "f32[2,4] {1, 2, 1, 2, 3, 4, 3, 4}");
  EXPECT_EQ(answer_opset(5,
                         "(t: f32[]) -> (y) { x: f32[2] = {1, 2} a: f32[] = {0}\n"
                         "  y = Tile(x, t, a) }"),
            "`tiles` of an old opset is no constant");
}

TEST(Expand, RefusesWhatDoesNotBroadcast) {
  EXPECT_EQ(inferred("(x: f32[3]) -> (y) { s: s64[1] = {-1} y = Expand(x, s) }"),
            "node (Expand) -> 'y': size -1 is negative");
  EXPECT_EQ(answer("(s: s64[1]) -> (y) { x: f32[3] = {1, 2, 3} y: f32[4] = Expand(x, s) }",
                   {Tensor::of<std::int64_t>({1}, {4})}),
            "size 3 does not expand to 4");
  EXPECT_EQ(answer("(s: s64[2]) -> (y) { x: f32[1] = {1} y: f32[2,2] = Expand(x, s) }",
                   {Tensor::of<std::int64_t>({2}, {2, 3})}),
            "the output has size [2,3], not [2,2]");
}

}  // namespace
}  // namespace mote
