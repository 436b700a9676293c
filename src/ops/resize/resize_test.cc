#include <gtest/gtest.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Resize, KeepsNamesOfSizesThatItDoesNotResize) {
  EXPECT_EQ(inferred("(x: f32[n,3,h,5]) -> (y) { s: f32[4] = {1, 1, 2, 2} y = Resize(x, _, s) }"),
            "f32[n,3,?,10]");
  EXPECT_EQ(inferred("(x: f32[n,3,h,w]) -> (y) { s: s64[2] = {4, 5}\n"
                     "  y = Resize(x, _, _, s) {axes=[2, 3]} }"),
            "f32[n,3,4,5]");
}

TEST(Resize, RefusesHostileScales) {
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { s: f32[1] = {0} y = Resize(x, _, s) }"),
            "node (Resize) -> 'y': scale 0 is not positive");
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { s: f32[1] = {nan} y = Resize(x, _, s) }"),
            "node (Resize) -> 'y': scale nan is not positive");
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { s: f32[1] = {1e38} y = Resize(x, _, s) }"),
            "node (Resize) -> 'y': scale 9.999999680285692e+37 and an extent of 1 make size 4 inf");
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { s: f32[2] = {1, 1} y = Resize(x, _, s) }"),
            "node (Resize) -> 'y': scales has shape [2], not [1]");
  EXPECT_EQ(inferred("(x: f32[0]) -> (y) { s: s64[1] = {3} y = Resize(x, _, _, s) }"),
            "node (Resize) -> 'y': size 0 cannot become 3");
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { r: f32[2] = {0, 1e9} s: f32[1] = {1e-7}\n"
                     "  y = Resize(x, r, s) {mode=\"linear\", antialias=1,\n"
                     "    coordinate_transformation_mode=\"tf_crop_and_resize\"} }"),
            "node (Resize) -> 'y': scale 1.0000000116860974e-07 is too small for size 4");
}

TEST(Resize, NeedsScalesOrSizes) {
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { y = Resize(x) }"),
            "node (Resize) -> 'y': neither scales nor sizes is given");
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { a: f32[1] = {1} b: s64[1] = {4}\n"
                     "  y = Resize(x, _, a, b) }"),
            "node (Resize) -> 'y': both scales and sizes are given");
}

// Opset 11 had to name both inputs.
TEST(Resize, TakesAnEmptyListForNone) {
  EXPECT_EQ(answer_opset(11,
                         "() -> (y) { x: f32[2] = {1, 2} e: f32[0] = {} s: s64[1] = {4}\n"
                         "  y = Resize(x, e, e, s) }"),
            "f32[4] {1, 1, 2, 2}");
}

TEST(Resize, FindsWholePositionsAtScalesThatAreNot) {
  // Element 3 lies at 3 / 0.6 = 5.
  EXPECT_EQ(answer("() -> (y) { x: s8[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9} s: f32[1] = {0.6}\n"
                   "  y = Resize(x, _, s) {nearest_mode=\"floor\",\n"
                   "    coordinate_transformation_mode=\"asymmetric\"} }"),
            "s8[6] {0, 1, 3, 5, 6, 8}");
}

TEST(Resize, ClampsIntegersThatCubicsOvershoot) {
  EXPECT_EQ(answer("() -> (y) { x: u8[4] = {0, 0, 255, 255} s: s64[1] = {8}\n"
                   "  y = Resize(x, _, _, s) {mode=\"cubic\"} }"),
            "u8[8] {0, 0, 0, 57, 197, 255, 255, 255}");
}

TEST(Resize, OfOpset10CountsFromTheCorner) {
  EXPECT_EQ(answer_opset(10,
                         "() -> (y) { x: f32[2,4] = {1, 2, 3, 4, 5, 6, 7, 8}\n"
                         "  s: f32[2] = {0.6, 0.6} y = Resize(x, s) }"),
            "f32[1,2] {1, 3}");
  EXPECT_EQ(answer_opset(10,
                         "() -> (y) { x: f32[2] = {1, 3} s: f32[1] = {2}\n"
                         "  y = Resize(x, s) {mode=\"linear\"} }"),
            "f32[4] {1, 2, 3, 3}");
}

TEST(Resize, OfOpset10RoundsEachAxisByItsScale) {
  constexpr std::string_view kX = "{ x: f32[2,4] = {1, 2, 3, 4, 5, 6, 7, 8}\n";
  EXPECT_EQ(answer_opset(10, cat("() -> (y) ", kX, "s: f32[2] = {1.5, 0.6} y = Resize(x, s) }")),
            "f32[3,2] {1, 3, 1, 3, 5, 7}");
  // Scales that are known only as it runs mean the same.
  for (const std::string_view scales : {"{0.6, 0.6}", "{1.5, 0.6}", "{2, 1}"}) {
    const std::string known = cat("s: f32[2] = ", scales, " y = Resize(x, s) }");
    const std::string late = cat("t: f32[2] = ", scales, " s = Abs(t) y = Resize(x, s) }");
    EXPECT_EQ(answer_opset(10, cat("() -> (y) ", kX, late)),
              answer_opset(10, cat("() -> (y) ", kX, known)))
        << scales;
  }
}

TEST(Resize, TakesIntegersForWhatTheyAre) {
  EXPECT_EQ(answer("() -> (y) { x: s32[1,2] = {66, 66} s: s64[2] = {1, 7}\n"
                   "  y = Resize(x, _, _, s) {mode=\"cubic\"} }"),
            "s32[1,7] {66, 66, 66, 66, 66, 66, 66}");
}

TEST(Upsample, OfEveryOpsetIsResize) {
  EXPECT_EQ(answer_opset(1,
                         "() -> (y) { x: f32[1,1,1,2] = {1, 3}\n"
                         "  y = Upsample(x) {height_scale=1.0, width_scale=2.0,\n"
                         "    mode=\"bilinear\"} }"),
            "f32[1,1,1,4] {1, 2, 3, 3}");
  EXPECT_EQ(answer_opset(7,
                         "() -> (y) { x: f32[1,2] = {1, 3}\n"
                         "  y = Upsample(x) {scales=[2.0, 1.5]} }"),
            "f32[2,3] {1, 1, 3, 1, 1, 3}");
  EXPECT_EQ(answer_opset(9,
                         "() -> (y) { x: f32[2] = {1, 3} s: f32[1] = {2}\n"
                         "  y = Upsample(x, s) {mode=\"nearest\"} }"),
            "f32[4] {1, 1, 3, 3}");
}

}  // namespace
}  // namespace mote
