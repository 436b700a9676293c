#include "tasks/class_scores.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> scores_of(std::vector<float> logits, Activation activation) {
  const Tensor t = Tensor::of<float>({std::ssize(logits)}, logits);
  const auto scores = class_scores(t, activation);
  EXPECT_TRUE(scores) << scores.error().message;
  return scores ? scores->values : std::vector<float>();
}

std::vector<std::int64_t> order_of(std::vector<float> scores, std::size_t k) {
  std::vector<std::int64_t> order;
  for (const RankedClass& r : top_k(scores, k)) order.push_back(r.index);
  return order;
}

TEST(ClassScores, SoftmaxIsStableForLargeLogits) {
  EXPECT_THAT(scores_of({1000, 1000, 1000 - std::log(2.0F)}, Activation::kSoftmax),
              ElementsAre(FloatNear(0.4F, 1e-5F), FloatNear(0.4F, 1e-5F), FloatNear(0.2F, 1e-5F)));
}

TEST(ClassScores, SoftmaxOfInfinitiesIsDefined) {
  EXPECT_THAT(scores_of({kInf, 0, kInf}, Activation::kSoftmax), ElementsAre(0.5, 0, 0.5));
  EXPECT_THAT(scores_of({-kInf, -kInf}, Activation::kSoftmax), ElementsAre(0.5, 0.5));
}

TEST(ClassScores, SigmoidTreatsEachClassAlone) {
  EXPECT_THAT(scores_of({0, -1000, 1000}, Activation::kSigmoid), ElementsAre(0.5, 0, 1));
}

TEST(ClassScores, EachRowHasItsOwnSoftmax) {
  const Tensor t = Tensor::of<float>({2, 2, 1, 1}, {0, 0, 5, 5});
  const auto scores = class_scores(t, Activation::kSoftmax);
  ASSERT_TRUE(scores);
  EXPECT_EQ(scores->rows, 2);
  EXPECT_THAT(scores->row(1), ElementsAre(0.5, 0.5));
}

TEST(ClassScores, TakesQuantizedAndHalfScores) {
  const auto bytes = class_scores(Tensor::of<std::uint8_t>({1, 3}, {7, 255, 0}), Activation::kNone);
  ASSERT_TRUE(bytes);
  EXPECT_THAT(bytes->values, ElementsAre(7, 255, 0));
  auto half = Tensor::zeros(DType::kF16, {1, 2});
  ASSERT_TRUE(half);
  half->mut().as<std::uint16_t>()[1] = 0x3c00;  // 1.0
  const auto halves = class_scores(*half, Activation::kNone);
  ASSERT_TRUE(halves);
  EXPECT_THAT(halves->values, ElementsAre(0, 1));
}

TEST(ClassScores, RefusesOtherShapesAndTypes) {
  const auto map = class_scores(Tensor::of<float>({1, 2, 2}, {0, 0, 0, 0}), Activation::kNone);
  ASSERT_FALSE(map);
  EXPECT_THAT(map.error().message, HasSubstr("[1,2,2]"));
  EXPECT_FALSE(class_scores(Tensor::scalar(1.0F), Activation::kNone));
  EXPECT_FALSE(class_scores(*Tensor::zeros(DType::kF32, {1, 0}), Activation::kNone));
  EXPECT_FALSE(class_scores(*Tensor::zeros(DType::kString, {1, 2}), Activation::kNone));
}

TEST(TopK, BreaksTiesByIndexAndPutsNanLast) {
  EXPECT_THAT(order_of({1, 3, 3, kNan, 2, kInf}, 10), ElementsAre(5, 1, 2, 4, 0, 3));
  EXPECT_THAT(order_of({1, 3, 3, kNan, 2, kInf}, 2), ElementsAre(5, 1));
  EXPECT_THAT(order_of({kNan, kNan}, 2), ElementsAre(0, 1));
  EXPECT_TRUE(order_of({1, 2}, 0).empty());
}

TEST(RankOf, AgreesWithTopK) {
  const std::vector<float> scores = {1, 3, 3, kNan, 2, kInf, -kInf, kNan};
  const auto order = order_of(scores, scores.size());
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    EXPECT_EQ(rank_of(scores, static_cast<std::size_t>(order[rank])), rank);
  }
}

TEST(ClassScores, AreWhatIntegersStandFor) {
  const auto scores = class_scores(Tensor::of<std::int8_t>({1, 2}, {-128, 127}), Activation::kNone,
                                   QuantizationRule{0.00390625F, -128});
  ASSERT_TRUE(scores);
  EXPECT_THAT(scores->values, testing::ElementsAre(0, 0.99609375F));
}

}  // namespace
}  // namespace mote
