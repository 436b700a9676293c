// Det: pivots, singular and empty matrices.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(Det, OfEachMatrix) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {1, 2, 3, 4} y = Det(x) }"), "f32[] {-2}");
  EXPECT_EQ(answer("() -> (y) { x: f32[3,2,2] = {1, 2, 3, 4, 1, 2, 2, 1, 1, 3, 3, 1}\n"
                   "  y = Det(x) }"),
            "f32[3] {-2, -3, -8}");
  EXPECT_EQ(answer("() -> (y) { x: f64[3,3] = {2, 0, 1, 1, 3, 2, 1, 1, 4} y = Det(x) }"),
            "f64[] {18}");
}

TEST(Det, AZeroOnTheDiagonalIsNoEnd) {
  EXPECT_EQ(answer("() -> (y) { x: f32[3,3] = {0, 1, 0, 0, 0, 1, 1, 0, 0} y = Det(x) }"),
            "f32[] {1}");
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {0, 1, 1, 0} y = Det(x) }"), "f32[] {-1}");
}

TEST(Det, SingularMatricesHaveNone) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {1, 2, 2, 4} y = Det(x) }"), "f32[] {0}");
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {0, 0, 0, 0} y = Det(x) }"), "f32[] {0}");
}

TEST(Det, OfNothingIsOne) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,0,0] = {} y = Det(x) }"), "f32[2] {1, 1}");
}

TEST(Det, NamesWhatIsWrong) {
  EXPECT_THAT(inferred("(x: f32[2,3]) -> (y) { y = Det(x) }"), HasSubstr("2 by 3 is not square"));
  EXPECT_THAT(inferred("(x: f32[2]) -> (y) { y = Det(x) }"), HasSubstr("rank 1, less than 2"));
  EXPECT_EQ(inferred("(x: f32[n,2,?]) -> (y) { y = Det(x) }"), "f32[n]");
}

}  // namespace
}  // namespace mote
