// DeformConv: offsets move taps, masks weigh them, hostile offsets read nothing.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// One tap over a row of four.
std::string row(std::string_view offset, std::string_view more = "") {
  return "() -> (y) { x: f32[1,1,4] = {1, 2, 3, 5} w: f32[1,1,1] = {10} b: f32[1] = {1000}\n"
         "  f: f32[1,1,4] = {" +
         std::string(offset) + "} " + std::string(more) + " }";
}

TEST(DeformConv, MovesItsTapsByTheOffset) {
  EXPECT_EQ(answer(row("0, 0.5, 1, -2.5", "y = DeformConv(x, w, f)")),
            "f32[1,1,4] {10, 25, 50, 15}");
  EXPECT_EQ(answer(row("0, 0, 0, 0", "y = DeformConv(x, w, f, b)")),
            "f32[1,1,4] {1010, 1020, 1030, 1050}");
}

TEST(DeformConv, FadesOutBesideTheBorderAndReadsNothingBeyond) {
  EXPECT_EQ(answer(row("-0.25, 9, nan, 0.5", "y = DeformConv(x, w, f)")),
            "f32[1,1,4] {7.5, 0, 0, 25}");
  EXPECT_EQ(answer(row("-1, inf, -inf, 1e38", "y = DeformConv(x, w, f)")),
            "f32[1,1,4] {0, 0, 0, 0}");
}

TEST(DeformConv, WeighsTapsByTheMask) {
  EXPECT_EQ(answer(row("0, 0, 0, 0",
                       "m: f32[1,1,4] = {1, 0, 0.5, 2}\n"
                       "  y = DeformConv(x, w, f, _, m)")),
            "f32[1,1,4] {10, 0, 15, 100}");
}

// Offsets are [group, tap, dimension]: here of two groups of one channel, one tap, rows and
// columns.
TEST(DeformConv, HasOffsetsOfRowsBeforeThoseOfColumns) {
  EXPECT_EQ(answer("() -> (y) { x: f32[1,2,2,2] = {1, 2, 3, 4, 10, 20, 30, 40}\n"
                   "  w: f32[1,2,1,1] = {1, 1}\n"
                   "  f: f32[1,4,2,2] = {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0}\n"
                   "  y = DeformConv(x, w, f) {offset_group=2} }"),
            "f32[1,1,2,2] {23, 24, 43, 44}");
}

TEST(DeformConv, NamesWhatDoesNotFit) {
  const std::string graph = "(x: f32[1,4,5,5], w: f32[2,4,3,3], f: ";
  EXPECT_THAT(inferred(graph + "f32[1,18,3,4]) -> (y) { y = DeformConv(x, w, f) }"),
              HasSubstr("offset has size 4 in dimension 3, not 3"));
  EXPECT_THAT(inferred(graph + "f32[1,9,3,3]) -> (y) { y = DeformConv(x, w, f) }"),
              HasSubstr("offset has size 9 in dimension 1, not 18"));
  EXPECT_THAT(
      inferred(graph + "f32[1,54,3,3]) -> (y) { y = DeformConv(x, w, f) {offset_group=3} }"),
      HasSubstr("offset_group 3 does not divide 4 channels"));
  EXPECT_THAT(inferred(graph + "f32[1,18,3,3]) -> (y) {\n"
                               "  y = DeformConv(x, w, f) {offset_group=9223372036854775807} }"),
              HasSubstr("offset_group"));
  EXPECT_THAT(inferred(graph + "f32[1,18,3,3]) -> (y) { y = DeformConv(x, w, f) {group=2} }"),
              HasSubstr("W takes 4 channels for each of 2 groups"));
}

}  // namespace
}  // namespace mote
