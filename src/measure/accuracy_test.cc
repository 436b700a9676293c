#include "measure/accuracy.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace mote {
namespace {

using testing::ElementsAre;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// The digits example states 97.4 to 99.5 %.
TEST(Wilson, GivesTheIntervalOfTheExample) {
  const Proportion p = wilson(445, 450);
  EXPECT_NEAR(p.value, 0.988889, 1e-6);
  EXPECT_NEAR(p.low, 0.974257, 1e-6);
  EXPECT_NEAR(p.high, 0.995245, 1e-6);
}

TEST(Wilson, StaysWithinZeroAndOne) {
  EXPECT_EQ(wilson(0, 10).low, 0.0);
  EXPECT_NEAR(wilson(0, 10).high, 0.277533, 1e-6);
  EXPECT_NEAR(wilson(10, 10).low, 0.722467, 1e-6);
  EXPECT_EQ(wilson(10, 10).high, 1.0);
  EXPECT_EQ(wilson(0, 0).low, 0.0);
  EXPECT_EQ(wilson(0, 0).high, 1.0);
}

TEST(AccuracyCounter, CountsTheFirstAndTheFirstFive) {
  AccuracyCounter counter;
  const std::vector<float> scores = {0, 1, 2, 3, 4, 5, 6};
  for (std::size_t truth = 0; truth < scores.size(); ++truth) counter.add(scores, truth);
  EXPECT_EQ(counter.top1().hits, 1U);
  EXPECT_EQ(counter.top5().hits, 5U);
  EXPECT_EQ(counter.count(), 7U);
  EXPECT_TRUE(counter.confusion().empty());
}

// All equal: only the first of them is the answer.
TEST(AccuracyCounter, DoesNotTakeATieForRight) {
  AccuracyCounter counter;
  const std::vector<float> scores(10, 1.0F);
  for (std::size_t truth = 0; truth < scores.size(); ++truth) counter.add(scores, truth);
  EXPECT_EQ(counter.top1().hits, 1U);
  EXPECT_EQ(counter.top5().hits, 5U);
}

TEST(AccuracyCounter, NeverTakesNanForRight) {
  AccuracyCounter counter;
  const std::vector<float> scores = {kNan, kNan};
  counter.add(scores, 0);
  EXPECT_EQ(counter.top1().hits, 0U);
  EXPECT_EQ(counter.top5().hits, 0U);
}

TEST(AccuracyCounter, CountsWhichClassWasTakenForWhich) {
  AccuracyCounter counter(true);
  counter.add(std::vector<float>{0, 1}, 0);
  counter.add(std::vector<float>{0, 1}, 1);
  counter.add(std::vector<float>{1, 0}, 0);
  counter.add(std::vector<float>{0, 1}, 0);
  EXPECT_THAT(counter.confusion(), ElementsAre(1, 2, 0, 1));
}

TEST(RocAuc, CountsPairsInTheRightOrder) {
  const std::vector<double> high = {3, 5};
  const std::vector<double> low = {1, 3, 4};
  EXPECT_DOUBLE_EQ(roc_auc(high, low), 4.5 / 6);
  EXPECT_DOUBLE_EQ(roc_auc(low, high), 1.5 / 6);
  EXPECT_EQ(roc_auc(high, {}), 0.5);
  const std::vector<double> unknown = {std::nan("")};
  EXPECT_EQ(roc_auc(unknown, low), 1);
}

}  // namespace
}  // namespace mote
