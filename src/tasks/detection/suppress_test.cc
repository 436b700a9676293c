#include "tasks/detection/suppress.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::ElementsAre;

std::vector<float> kept(std::vector<Detection> detections, Nms nms, float threshold = 0.5F,
                        std::size_t most = 100) {
  suppress(detections, nms, threshold, most);
  std::vector<float> scores;
  for (const Detection& d : detections) scores.push_back(d.score);
  return scores;
}

// Two that overlap by 2/3, of two classes, and one apart.
const std::vector<Detection> kThree = {
    {{0, 0, 10, 10}, 1, 0.5F}, {{0, 0, 10, 15}, 2, 0.9F}, {{50, 50, 60, 60}, 1, 0.7F}};

TEST(Iou, IsTheSharedPartOfBoth) {
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {0, 0, 10, 15}), 100.0F / 150.0F);
  EXPECT_FLOAT_EQ(iou({0, 0, 10, 10}, {5, 5, 15, 15}), 25.0F / 175.0F);
  EXPECT_EQ(iou({0, 0, 10, 10}, {10, 0, 20, 10}), 0.0F);  // they touch
  EXPECT_EQ(iou({0, 0, 0, 0}, {0, 0, 0, 0}), 0.0F);
  EXPECT_FLOAT_EQ(iou({-1e30F, -1e30F, 1e30F, 1e30F}, {-1e30F, -1e30F, 1e30F, 1e30F}), 1.0F);
}

TEST(Suppress, LeavesOtherClassesAlone) {
  EXPECT_THAT(kept(kThree, Nms::kPerClass), ElementsAre(0.9F, 0.7F, 0.5F));
  EXPECT_THAT(kept(kThree, Nms::kAll), ElementsAre(0.9F, 0.7F));
  EXPECT_THAT(kept(kThree, Nms::kAll, 0.7F), ElementsAre(0.9F, 0.7F, 0.5F));
}

TEST(Suppress, NoneOnlySorts) {
  EXPECT_THAT(kept(kThree, Nms::kNone, 0.0F), ElementsAre(0.9F, 0.7F, 0.5F));
  EXPECT_THAT(kept(kThree, Nms::kNone, 0.0F, 2), ElementsAre(0.9F, 0.7F));
}

// What a dropped box would have dropped stays.
TEST(Suppress, ADroppedBoxDropsNothing) {
  EXPECT_THAT(
      kept({{{0, 0, 10, 10}, 0, 0.9F}, {{4, 0, 14, 10}, 0, 0.8F}, {{8, 0, 18, 10}, 0, 0.7F}},
           Nms::kAll, 0.4F),
      ElementsAre(0.9F, 0.7F));
}

}  // namespace
}  // namespace mote
