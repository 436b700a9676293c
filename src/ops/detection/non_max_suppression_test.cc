// NonMaxSuppression: orders, thresholds, boxes and scores that are none.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Boxes of one class: y1, x1, y2, x2.
std::string nms(std::string_view boxes, std::string_view scores, std::string_view iou,
                std::string_view score = "", std::string_view most = "9") {
  const auto n = std::to_string(std::count(scores.begin(), scores.end(), ',') + 1);
  std::string text = "() -> (y) { b: f32[1," + n + ",4] = {" + std::string(boxes) +
                     "} s: f32[1,1," + n + "] = {" + std::string(scores) + "} m: s64[1] = {" +
                     std::string(most) + "} i: f32[1] = {" + std::string(iou) + "}\n";
  if (score.empty()) return text + "y = NonMaxSuppression(b, s, m, i) }";
  return text + "t: f32[] = {" + std::string(score) + "} y = NonMaxSuppression(b, s, m, i, t) }";
}

constexpr std::string_view kTwoAndHalf = "0, 0, 1, 1, 0, 0, 1, 0.5, 5, 5, 6, 6";

TEST(NonMaxSuppression, KeepsWhatOverlapsByTheThresholdAtMost) {
  // The second covers half of the first.
  EXPECT_EQ(answer(nms(kTwoAndHalf, "0.5, 0.9, 0.7", "0.5")),
            "s64[3,3] {0, 0, 1, 0, 0, 2, 0, 0, 0}");
  EXPECT_EQ(answer(nms(kTwoAndHalf, "0.5, 0.9, 0.7", "0.49")), "s64[2,3] {0, 0, 1, 0, 0, 2}");
}

TEST(NonMaxSuppression, TakesScoresAboveTheirThreshold) {
  EXPECT_EQ(answer(nms(kTwoAndHalf, "0.5, 0.9, 0.7", "1", "0.7")), "s64[1,3] {0, 0, 1}");
}

TEST(NonMaxSuppression, OrdersEqualScoresByIndex) {
  EXPECT_EQ(answer(nms(kTwoAndHalf, "0.5, 0.5, 0.5", "1", "", "2")), "s64[2,3] {0, 0, 0, 0, 0, 1}");
}

TEST(NonMaxSuppression, KeepsNothingWithoutANumber) {
  EXPECT_EQ(answer("() -> (y) { b: f32[1,1,4] = {0, 0, 1, 1} s: f32[1,1,1] = {1}\n"
                   "  y = NonMaxSuppression(b, s) }"),
            "s64[0,3] {}");
  EXPECT_EQ(answer(nms(kTwoAndHalf, "1, 2, 3", "1", "", "-3")), "s64[0,3] {}");
}

TEST(NonMaxSuppression, LeavesOutScoresThatAreNone) {
  EXPECT_EQ(answer(nms(kTwoAndHalf, "nan, 0.9, nan", "0.1")), "s64[1,3] {0, 0, 1}");
  EXPECT_EQ(answer(nms(kTwoAndHalf, "nan, inf, -inf", "1", "-1")), "s64[1,3] {0, 0, 1}");
}

TEST(NonMaxSuppression, LetsBoxesWithNaNOrWithoutAreaStand) {
  EXPECT_EQ(answer(nms("0, 0, 1, 1, 0, 0, nan, 1, 0, 0, 0, 1", "3, 2, 1", "0")),
            "s64[3,3] {0, 0, 0, 0, 0, 1, 0, 0, 2}");
}

TEST(NonMaxSuppression, TakesCornersInAnyOrder) {
  EXPECT_EQ(answer(nms("1, 1, 0, 0, 0, 1, 1, 0", "2, 1", "0.9")), "s64[1,3] {0, 0, 0}");
}

TEST(NonMaxSuppression, ReadsCentresAndSizes) {
  // [0, 2) x [0, 2), and the same moved by one to the right: a third is shared.
  const std::string graph =
      "() -> (y) { b: f32[1,2,4] = {1, 1, 2, 2, 2, 1, 2, 2} s: f32[1,1,2] = {1, 2} m: s64[] = {9}\n"
      "  i: f32[] = {";
  EXPECT_EQ(answer(graph + "0.34} y = NonMaxSuppression(b, s, m, i) {center_point_box=1} }"),
            "s64[2,3] {0, 0, 1, 0, 0, 0}");
  EXPECT_EQ(answer(graph + "0.33} y = NonMaxSuppression(b, s, m, i) {center_point_box=1} }"),
            "s64[1,3] {0, 0, 1}");
}

TEST(NonMaxSuppression, RefusesWhatDoesNotFit) {
  EXPECT_THAT(answer(nms(kTwoAndHalf, "1, 2, 3", "1.5")),
              HasSubstr("iou_threshold 1.5 is outside [0, 1]"));
  EXPECT_THAT(answer(nms(kTwoAndHalf, "1, 2, 3", "nan")), HasSubstr("iou_threshold nan"));
  EXPECT_THAT(answer(nms(kTwoAndHalf, "1, 2, 3", "1", "", "1")
                         .replace(nms(kTwoAndHalf, "1, 2, 3", "1", "", "1").find("m: s64[1] = {1}"),
                                  15, "m: s64[2] = {1, 2}")),
              HasSubstr("max_output_boxes_per_class is s64[2], not one s64"));
  EXPECT_THAT(inferred("(b: f32[1,5,4], s: f32[1,2,6]) -> (y) { y = NonMaxSuppression(b, s) }"),
              HasSubstr("scores has size 6 in dimension 2, not 5"));
}

}  // namespace
}  // namespace mote
