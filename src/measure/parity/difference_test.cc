#include "measure/parity/difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mote {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

RealTensor reals(std::initializer_list<float> values) {
  return {Tensor::of<float>({static_cast<std::int64_t>(values.size())}, values), std::nullopt};
}

RealTensor bytes(std::initializer_list<std::int8_t> values, std::optional<LinearScale> scale) {
  return {Tensor::of<std::int8_t>({static_cast<std::int64_t>(values.size())}, values), scale};
}

Difference difference_of(const RealTensor& a, const RealTensor& b) {
  Difference d;
  d.add(a, b);
  return d;
}

TEST(Difference, IsRelativeToTheGreatestValueOfTheFirst) {
  const Difference d = difference_of(reals({1, -4, 0}), reals({1, -3, 0.5F}));
  EXPECT_EQ(d.count(), 3);
  EXPECT_DOUBLE_EQ(d.greatest(), 1);
  EXPECT_DOUBLE_EQ(d.relative(), 0.25);
  EXPECT_DOUBLE_EQ(d.snr_db(), 10 * std::log10(17 / 1.25));
}

TEST(Difference, GathersOverTensors) {
  Difference d = difference_of(reals({1}), reals({2}));
  d.add(reals({100}), reals({100}));
  EXPECT_DOUBLE_EQ(d.relative(), 0.01);
}

TEST(Difference, OfEqualNumbersIsNoneAndTheRatioInfinite) {
  const Difference d = difference_of(reals({0, kNaN, kInf, -2}), reals({0, kNaN, kInf, -2}));
  EXPECT_EQ(d.greatest(), 0);
  EXPECT_EQ(d.relative(), 0);
  EXPECT_EQ(d.snr_db(), kInf);
}

TEST(Difference, IsInfiniteWhereOnlyOneIsANumber) {
  EXPECT_EQ(difference_of(reals({kNaN, 1}), reals({0, 1})).greatest(), kInf);
  EXPECT_EQ(difference_of(reals({0, 1}), reals({kNaN, 1})).relative(), kInf);
  EXPECT_EQ(difference_of(reals({kInf}), reals({-kInf})).greatest(), kInf);
}

TEST(Difference, OfZerosFromAnythingIsInfinitelyLarge) {
  EXPECT_EQ(difference_of(reals({0, 0}), reals({0, 1e-9F})).relative(), kInf);
}

TEST(Bound, HoldsRealNumbersToAShareOfTheGreatest) {
  const RealTensor a = reals({0.001F, 10});
  const RealTensor b = reals({0.002F, 10});
  const Bound bound = Bound::of(a, b);
  EXPECT_EQ(bound.kind, BoundKind::kRelative);
  EXPECT_TRUE(bound.holds(difference_of(a, b), {.relative = 2e-4}));
  EXPECT_FALSE(bound.holds(difference_of(a, b), {.relative = 0.5e-4}));
}

TEST(Bound, CountsStepsOfTheCoarserScale) {
  const RealTensor a = bytes({10, -3}, LinearScale{0.1, 2});
  const RealTensor b = bytes({4, 0}, LinearScale{0.3, 1});  // 0.9 and -0.3, for 0.8 and -0.5
  const Bound bound = Bound::of(a, b);
  EXPECT_EQ(bound.kind, BoundKind::kSteps);
  EXPECT_EQ(bound.step, 0.3);
  EXPECT_NEAR(difference_of(a, b).greatest(), 0.2, 1e-12);
  EXPECT_TRUE(bound.holds(difference_of(a, b), {.steps = 0.7}));
  EXPECT_FALSE(bound.holds(difference_of(a, b), {.steps = 0.6}));
}

TEST(Bound, GrantsAWholeStepDespiteRounding) {
  const LinearScale scale{0.1, 0};
  for (int q = -128; q < 127; ++q) {
    const RealTensor a = bytes({static_cast<std::int8_t>(q)}, scale);
    const RealTensor b = bytes({static_cast<std::int8_t>(q + 1)}, scale);
    EXPECT_TRUE(Bound::of(a, b).holds(difference_of(a, b), {.steps = 1})) << q;
  }
}

TEST(Bound, WantsIntegersWithoutScaleEqual) {
  const RealTensor a = bytes({1, 2}, std::nullopt);
  const RealTensor b = bytes({1, 3}, std::nullopt);
  EXPECT_EQ(Bound::of(a, b).kind, BoundKind::kEqual);
  EXPECT_FALSE(Bound::of(a, b).holds(difference_of(a, b), {.relative = 10, .steps = 10}));
  EXPECT_TRUE(Bound::of(a, a).holds(difference_of(a, a), {}));
}

}  // namespace
}  // namespace mote
