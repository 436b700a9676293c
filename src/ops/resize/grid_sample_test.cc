// GridSample and AffineGrid: paddings, positions that are none, hostile shapes.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Positions over [1, 2, 3], each a third of the extent: -2 is 1.5 elements before the first centre.
std::string row(std::string_view positions, std::string_view attributes,
                std::string_view x = "f32[1,1,3] = {1, 2, 3}") {
  const auto count = std::count(positions.begin(), positions.end(), ',') + 1;
  return "() -> (y) { x: " + std::string(x) + " g: f32[1," + std::to_string(count) + ",1] = {" +
         std::string(positions) + "} y = GridSample(x, g) {" + std::string(attributes) + "} }";
}

TEST(GridSample, PadsWithZerosTheBorderOrReflections) {
  // At -0.5, 0, 0.75 and 3.25 of the elements.
  const std::string at = "-1, -0.6666667, -0.1666667, 1.5";
  EXPECT_EQ(answer(row(at, "")), "f32[1,1,4] {0.5, 1, 1.75, 0}");
  EXPECT_EQ(answer(row(at, "padding_mode=\"border\"")), "f32[1,1,4] {1, 1, 1.75, 3}");
  EXPECT_EQ(answer(row(at, "padding_mode=\"reflection\"")), "f32[1,1,4] {1, 1, 1.75, 2.75}");
}

TEST(GridSample, AlignsCornersWithTheOuterElements) {
  EXPECT_EQ(answer(row("-1, -0.5, 1, 1.5", "align_corners=1, padding_mode=\"reflection\"")),
            "f32[1,1,4] {1, 1.5, 3, 2.5}");
}

TEST(GridSample, RoundsHalvesToEvenElements) {
  // At 0.5, 1.5, -0.5, 2.5.
  EXPECT_EQ(answer(row("-0.5, 0.5, -1.5, 1.5", "mode=\"nearest\", align_corners=1")),
            "f32[1,1,4] {1, 3, 1, 3}");
}

TEST(GridSample, ReadsNothingAtNaNAndFarAway) {
  const std::string at = "nan, inf, -inf, 1e38";
  EXPECT_EQ(answer(row(at, "")), "f32[1,1,4] {0, 0, 0, 0}");
  EXPECT_EQ(answer(row(at, "mode=\"nearest\"")), "f32[1,1,4] {0, 0, 0, 0}");
  EXPECT_EQ(answer(row(at, "mode=\"cubic\", padding_mode=\"border\"")), "f32[1,1,4] {1, 3, 1, 3}");
  EXPECT_THAT(answer(row(at, "padding_mode=\"reflection\"")), HasSubstr("f32[1,1,4] {1, 1, 1, "));
}

TEST(GridSample, ReflectsWithinOneElement) {
  EXPECT_EQ(
      answer(row("-1, 0, 7", "align_corners=1, padding_mode=\"reflection\"", "f32[1,1,1] = {5}")),
      "f32[1,1,3] {5, 5, 5}");
}

TEST(GridSample, TakesElementsOfAnyKind) {
  EXPECT_EQ(
      answer(row("-1, 5", "mode=\"nearest\", align_corners=1", "string[1,1,2] = {\"a\", \"b\"}")),
      "string[1,1,2] {\"a\", \"\"}");
  EXPECT_EQ(answer(row("-1, 0", "align_corners=1", "u8[1,1,2] = {10, 201}")),
            "u8[1,1,2] {10, 105}");
  EXPECT_EQ(answer(row("-1, 0", "align_corners=1", "bool[1,1,2] = {0, 1}")),
            "bool[1,1,2] {false, true}");
  // 2 + 4i and 4 + 0i, half way.
  EXPECT_EQ(
      answer(row("0", "align_corners=1", "c64[1,1,2] = {0x00000040000080400000804000000000}")),
      answer("() -> (y) { y: c64[1,1,1] = {0x0000404000000040} }"));
  EXPECT_THAT(answer(row("0", "", "string[1,1,1] = {\"a\"}")), HasSubstr("input 0 is string"));
}

TEST(GridSample, OfOpset16HasOtherNames) {
  const std::string graph =
      "() -> (y) { x: f32[1,1,1,2] = {1, 3} g: f32[1,1,1,2] = {0, 0} y = GridSample(x, g) {mode=";
  EXPECT_EQ(answer_opset(16, graph + "\"bilinear\"} }"), "f32[1,1,1,1] {2}");
  EXPECT_EQ(answer_opset(16, graph + "\"bicubic\", padding_mode=\"border\"} }"),
            "f32[1,1,1,1] {2}");
  EXPECT_THAT(answer_opset(20, graph + "\"bilinear\"} }"), HasSubstr("mode 'bilinear' is none of"));
}

TEST(GridSample, NamesShapesThatDoNotFit) {
  EXPECT_THAT(inferred("(x: f32[1,1,4,4], g: f32[1,2,2,3]) -> (y) { y = GridSample(x, g) }"),
              HasSubstr("grid has size 3 in dimension 3, not 2"));
  EXPECT_THAT(inferred("(x: f32[1,1,4,4], g: f32[1,2,2]) -> (y) { y = GridSample(x, g) }"),
              HasSubstr("X has rank 4, grid has rank 3"));
  EXPECT_THAT(inferred("(x: f32[1,1], g: f32[1,0]) -> (y) { y = GridSample(x, g) }"),
              HasSubstr("rank 2 is outside [3, 12]"));
  EXPECT_EQ(inferred("(x: f32[n,c,4,4], g: f32[2,h,w,2]) -> (y) { y = GridSample(x, g) }"),
            "f32[2,c,h,w]");
}

TEST(AffineGrid, RunsFromEdgeToEdgeOrCentreToCentre) {
  const std::string graph =
      "() -> (g) { t: f32[1,2,3] = {1, 0, 10, 0, 1, 0} s: s64[4] = {1, 1, 1, 2}\n"
      "  g = AffineGrid(t, s)";
  EXPECT_EQ(answer(graph + " }"), "f32[1,1,2,2] {9.5, 0, 10.5, 0}");
  EXPECT_EQ(answer(graph + " {align_corners=1} }"), "f32[1,1,2,2] {9, 0, 11, 0}");
}

TEST(AffineGrid, NamesSizesThatAreNone) {
  EXPECT_THAT(inferred("(t: f32[1,2,3]) -> (g) { s: s64[3] = {1, 1, 1} g = AffineGrid(t, s) }"),
              HasSubstr("size has 3 elements, not 4 or 5"));
  EXPECT_THAT(inferred("(t: f32[1,2,3]) -> (g) { s: s64[4] = {1, 1, -1, 1} g = AffineGrid(t, s) }"),
              HasSubstr("size -1 is negative"));
  EXPECT_THAT(inferred("(t: f32[1,3,4]) -> (g) { s: s64[4] = {1, 1, 1, 1} g = AffineGrid(t, s) }"),
              HasSubstr("theta has size 3 in dimension 1, not 2"));
  EXPECT_THAT(inferred("(t: f32[1,2,3]) -> (g) {\n"
                       "  s: s64[4] = {1, 1, 4611686018427387904, 4} g = AffineGrid(t, s) }"),
              HasSubstr("more elements than memory can hold"));
  EXPECT_EQ(inferred("(t: f32[n,2,3], s: s64[4]) -> (g) { g = AffineGrid(t, s) }"), "f32[n,?,?,2]");
}

}  // namespace
}  // namespace mote
