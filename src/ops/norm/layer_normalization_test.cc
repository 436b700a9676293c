// RMSNormalization: by hand, the element type of its scale, shapes that do not broadcast.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(RmsNormalization, DividesByTheRootOfTheMeanSquare) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {1, 7, 3, -3} s: f32[2] = {10, 100}\n"
                   "  y = RMSNormalization(x, s) {epsilon=0.0} }"),
            "f32[2,2] {2, 140, 10, -100}");
  // Mean square 4.25, and epsilon 2.
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {0, 1, 4, 0} s: f32[] = {5}\n"
                   "  y = RMSNormalization(x, s) {axis=0, epsilon=2.0} }"),
            "f32[2,2] {0, 2, 8, 0}");
}

TEST(RmsNormalization, HasTheElementTypeOfItsScale) {
  EXPECT_EQ(answer("() -> (y) { x: f16[1,2] = {3, -3} s: f32[2] = {10, 100}\n"
                   "  y = RMSNormalization(x, s) {epsilon=0.0} }"),
            "f32[1,2] {10, -100}");
}

TEST(RmsNormalization, NamesWhatIsWrong) {
  EXPECT_THAT(inferred("(x: f32[2,3], s: f32[2]) -> (y) { y = RMSNormalization(x, s) }"),
              HasSubstr("scale of shape f32[2] does not broadcast to f32[2,3]"));
  EXPECT_THAT(inferred("(x: f32[2,3], s: f32[3]) -> (y) { y = RMSNormalization(x, s) {axis=2} }"),
              HasSubstr("axis 2 is outside [-2, 1]"));
  EXPECT_THAT(
      inferred("(x: f32[2], s: f32[2]) -> (y) { y = RMSNormalization(x, s) {stash_type=7} }"),
      HasSubstr("stash_type 7 is not that of a float"));
}

}  // namespace
}  // namespace mote
