// RoiAlign: the samples' places, regions that are none.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string roi(std::string_view box, std::string_view attributes) {
  return "() -> (y) { x: f32[1,1,2,4] = {0, 1, 2, 3, 10, 11, 12, 13} b: s64[1] = {0}\n"
         "  r: f32[1,4] = {" +
         std::string(box) + "} y = RoiAlign(x, r, b) {" + std::string(attributes) + "} }";
}

// Half pixels: the box [0, 4) covers elements 0 to 3, whose centres are at 0.5, ...
TEST(RoiAlign, CentresSamplesInTheirBins) {
  EXPECT_EQ(answer(roi("0, 0, 4, 2", "output_width=4, output_height=2")),
            "f32[1,1,2,4] {0, 1, 2, 3, 10, 11, 12, 13}");
  EXPECT_EQ(answer(roi("0, 0, 4, 2", "output_width=2, output_height=1")),
            "f32[1,1,1,2] {5.5, 7.5}");
  EXPECT_EQ(answer(roi("0, 0, 8, 4", "output_width=2, spatial_scale=0.5, sampling_ratio=1")),
            "f32[1,1,1,2] {5.5, 7.5}");
}

TEST(RoiAlign, OfOpset10KnowsNoHalfPixels) {
  const std::string graph = roi("1, 0, 3, 1", "");
  EXPECT_EQ(answer(graph), "f32[1,1,1,1] {1.5}");
  EXPECT_EQ(answer_opset(10, graph), "f32[1,1,1,1] {7}");
}

TEST(RoiAlign, HasZerosOutsideAndOfWhatIsNoRegion) {
  EXPECT_EQ(answer(roi("50, 50, 60, 60", "")), "f32[1,1,1,1] {0}");
  EXPECT_EQ(answer(roi("nan, 0, 4, 2", "")), "f32[1,1,1,1] {0}");
  EXPECT_EQ(answer(roi("0, 0, inf, 2", "mode=\"max\"")), "f32[1,1,1,1] {0}");
  EXPECT_EQ(answer(roi("4, 2, 0, 0", "")), "f32[1,1,1,1] {0}");
}

// As many samples as elements, though all but a few are outside.
TEST(RoiAlign, OfAHugeRegionCostsNoMoreThanTheImage) {
  const std::string y = answer(roi("0, 0, 1e9, 2", ""));
  EXPECT_THAT(y, HasSubstr("f32[1,1,1,1] {"));
  EXPECT_THAT(y, testing::Not(HasSubstr("{0}")));
}

TEST(RoiAlign, NamesAnImageThatIsNotThere) {
  for (const std::string image : {"-1", "1"}) {
    EXPECT_THAT(answer("() -> (y) { x: f32[1,1,2,2] = {0, 1, 2, 3} b: s64[1] = {" + image +
                       "} r: f32[1,4] = {0, 0, 2, 2} y = RoiAlign(x, r, b) }"),
                HasSubstr("batch_indices[0] " + image + " is outside [0, 0]"));
  }
}

TEST(RoiAlign, RefusesSizesThatAreNone) {
  EXPECT_THAT(answer(roi("0, 0, 1, 1", "output_width=0")), HasSubstr("output size 1x0"));
  EXPECT_THAT(answer(roi("0, 0, 1, 1", "sampling_ratio=-1")), HasSubstr("sampling_ratio -1"));
  EXPECT_THAT(answer(roi("0, 0, 1, 1", "sampling_ratio=1000000")), HasSubstr("[0, 4096]"));
  EXPECT_THAT(inferred("(x: f32[1,1,2,2], r: f32[2,5], b: s64[2]) -> (y) {\n"
                       "  y = RoiAlign(x, r, b) }"),
              HasSubstr("rois has size 5 in dimension 1, not 4"));
  EXPECT_THAT(inferred("(x: f32[1,1,2,2], r: f32[2,4], b: s64[3]) -> (y) {\n"
                       "  y = RoiAlign(x, r, b) }"),
              HasSubstr("batch_indices has size 3 in dimension 0, not 2"));
}

}  // namespace
}  // namespace mote
