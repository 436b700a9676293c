// MaxRoiPool: borders belong to regions, cells overlap, hostile regions.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string pool(std::string_view roi, std::string_view attributes) {
  return "() -> (y) { x: f32[1,1,2,4] = {0, 1, 2, 3, 10, 11, 12, 13} r: f32[1,5] = {" +
         std::string(roi) + "} y = MaxRoiPool(x, r) {" + std::string(attributes) + "} }";
}

TEST(MaxRoiPool, HasBothBordersWithin) {
  EXPECT_EQ(answer(pool("0, 1, 0, 2, 0", "pooled_shape=[1, 2]")), "f32[1,1,1,2] {1, 2}");
  EXPECT_EQ(answer(pool("0, 2, 0, 4, 2", "pooled_shape=[1, 2], spatial_scale=0.5")),
            "f32[1,1,1,2] {11, 12}");
}

TEST(MaxRoiPool, LetsCellsOverlapWhereTheyDoNotDivide) {
  // Three columns in two cells: [0, 2) and [1, 3).
  EXPECT_EQ(answer(pool("0, 0, 0, 2, 0", "pooled_shape=[1, 2]")), "f32[1,1,1,2] {1, 2}");
}

TEST(MaxRoiPool, GivesZeroForCellsOutside) {
  EXPECT_EQ(answer(pool("0, 6, 0, 9, 1", "pooled_shape=[1, 2]")), "f32[1,1,1,2] {0, 0}");
  EXPECT_EQ(answer(pool("0, nan, 0, inf, 1", "pooled_shape=[1, 1]")), "f32[1,1,1,1] {0}");
  EXPECT_EQ(answer(pool("0, -inf, 0, 1e30, 1", "pooled_shape=[1, 1]")), "f32[1,1,1,1] {13}");
}

TEST(MaxRoiPool, NamesAnImageThatIsNotThere) {
  for (const std::string image : {"1", "-1", "nan"}) {
    EXPECT_THAT(answer(pool(image + ", 0, 0, 1, 1", "pooled_shape=[1, 1]")),
                HasSubstr("roi 0 is of image " + image));
  }
}

TEST(MaxRoiPool, RefusesShapesThatAreNone) {
  EXPECT_THAT(answer(pool("0, 0, 0, 1, 1", "pooled_shape=[1]")), HasSubstr("has 1 values, not 2"));
  EXPECT_THAT(answer(pool("0, 0, 0, 1, 1", "pooled_shape=[1, 0]")),
              HasSubstr("pooled_shape 0 is outside"));
}

}  // namespace
}  // namespace mote
