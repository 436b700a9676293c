// TensorScatter: places in the cache, and those outside of it.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string scatter(std::string_view indices, std::string_view attributes) {
  return answer(
      "() -> (y) { x: s32[2,4,1] = {0, 1, 2, 3, 4, 5, 6, 7} u: s32[2,2,1] = {10, 11, 12, 13}\n"
      "  i: s64[2] = {" +
      std::string(indices) + "} y = TensorScatter(x, u, i) {" + std::string(attributes) + "} }");
}

TEST(TensorScatter, EachSequenceHasItsPlace) {
  EXPECT_EQ(scatter("0, 2", "mode=\"linear\""), "s32[2,4,1] {10, 11, 2, 3, 4, 5, 12, 13}");
}

TEST(TensorScatter, ACircleHasNoEnd) {
  EXPECT_EQ(scatter("3, 5", "mode=\"circular\""), "s32[2,4,1] {11, 1, 2, 10, 4, 12, 13, 7}");
  EXPECT_EQ(scatter("-1, 9223372036854775807", "mode=\"circular\""),
            "s32[2,4,1] {11, 1, 2, 10, 13, 5, 6, 12}");
}

TEST(TensorScatter, WhatDoesNotFitIsAnError) {
  EXPECT_THAT(scatter("0, 3", "axis=1"), HasSubstr("write index 3 is outside [0, 2]"));
  EXPECT_THAT(scatter("-1, 0", "axis=1"), HasSubstr("write index -1 is outside [0, 2]"));
  EXPECT_THAT(scatter("0, -9223372036854775808", "axis=1"), HasSubstr("is outside [0, 2]"));
}

TEST(TensorScatter, NamesWhatIsWrong) {
  EXPECT_THAT(scatter("0, 0", "axis=0"), HasSubstr("axis 0 of 3 is that of the batch"));
  EXPECT_THAT(scatter("0, 0", "axis=-3"), HasSubstr("axis -3 of 3 is that of the batch"));
  EXPECT_THAT(scatter("0, 0", "axis=3"), HasSubstr("axis 3 is outside [-3, 2]"));
  EXPECT_THAT(scatter("0, 0", "axis=2"), HasSubstr("update has size 2 in dimension 1, not 4"));
  EXPECT_THAT(scatter("0, 0", "mode=\"spiral\""), HasSubstr("mode 'spiral'"));
  EXPECT_THAT(inferred("(x: f32[2,4,3], u: f32[2,5,3]) -> (y) { y = TensorScatter(x, u) }"),
              HasSubstr("update has 5 entries for a cache of 4"));
  EXPECT_THAT(inferred("(x: f32[2,4,3], u: f32[2,3]) -> (y) { y = TensorScatter(x, u) }"),
              HasSubstr("update has rank 2, not 3"));
  EXPECT_THAT(inferred("(x: f32[2,4,3], u: f32[2,1,3], i: s64[3]) -> (y) {\n"
                       "  y = TensorScatter(x, u, i) }"),
              HasSubstr("write_indices has size 3 in dimension 0, not 2"));
}

}  // namespace
}  // namespace mote
