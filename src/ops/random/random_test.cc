// Random tensors: what seeds promise, and whether the numbers are of their distribution. The seeds
// are fixed, so that the tests of chance always end alike.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

struct Statistics {
  double mean, variance;
};

template <class T>
Statistics statistics_of(const std::vector<T>& x) {
  const auto n = static_cast<double>(x.size());
  double sum = 0, squares = 0;
  for (const T v : x) sum += static_cast<double>(v);
  for (const T v : x) squares += std::pow(static_cast<double>(v) - sum / n, 2);
  return {sum / n, squares / n};
}

// The largest distance between the share of numbers below x and what it should be (Kolmogorov).
template <class T, class F>
double distance(std::vector<T> x, const F& share_below) {
  std::ranges::sort(x);
  double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double want = share_below(static_cast<double>(x[i]));
    const auto n = static_cast<double>(x.size());
    most = std::max({most, std::abs(want - static_cast<double>(i) / n),
                     std::abs(want - static_cast<double>(i + 1) / n)});
  }
  return most;
}

// What chance exceeds once in a thousand times, for 100000 numbers.
constexpr double kDistance = 1.95 / 316.2;

TEST(RandomNormal, IsNormal) {
  const auto x = elements_of<float>(
      "() -> (y) { y = RandomNormal() {shape=[100000], seed=1.0, mean=3.0, scale=2.0} }");
  const Statistics s = statistics_of(x);
  EXPECT_NEAR(s.mean, 3, 3 * 2 / 316.2);
  EXPECT_NEAR(s.variance, 4, 3 * 4 * std::sqrt(2.0) / 316.2);
  EXPECT_LT(distance(x, [](double v) { return std::erfc((3 - v) / std::sqrt(8.0)) / 2; }),
            kDistance);
}

// Numbers are made in pairs, which must not go together.
TEST(RandomNormal, NeighboursAreIndependent) {
  const auto x =
      elements_of<double>("() -> (y) { y = RandomNormal() {shape=[100000], seed=2.0, dtype=11} }");
  for (const std::size_t apart : {1U, 2U, 4096U}) {
    double sum = 0;
    for (std::size_t i = apart; i < x.size(); ++i) sum += x[i] * x[i - apart];
    EXPECT_NEAR(sum / static_cast<double>(x.size() - apart), 0, 3.3 / 316) << apart;
  }
}

TEST(RandomUniform, IsUniform) {
  const auto x = elements_of<float>(
      "() -> (y) { y = RandomUniform() {shape=[100000], seed=1.0, low=-1.0, high=3.0} }");
  const Statistics s = statistics_of(x);
  EXPECT_NEAR(s.mean, 1, 3 * 1.155 / 316.2);
  EXPECT_NEAR(s.variance, 16.0 / 12, 0.02);
  EXPECT_LT(distance(x, [](double v) { return (v + 1) / 4; }), kDistance);
  EXPECT_GE(*std::ranges::min_element(x), -1);
}

// Rounding to few digits may reach the end, which is not in the range.
TEST(RandomUniform, NeverReachesItsEnd) {
  struct Range {
    std::string_view attributes;
    float end;
  };
  for (const std::string_view dtype : {"1", "10", "16"}) {
    for (const Range range : {Range{"low=0.0, high=1.0", 1}, Range{"low=512.0, high=516.0", 516}}) {
      const std::string text =
          "() -> (y) { x = RandomUniform() {shape=[20000], seed=5.0, dtype=" + std::string(dtype) +
          ", " + std::string(range.attributes) + "} y = Cast(x) {to=1} }";
      EXPECT_LT(std::ranges::max(elements_of<float>(text)), range.end) << text;
    }
  }
}

// Other machines, and later versions, must give these.
TEST(RandomUniform, ASeedAlwaysGivesTheSame) {
  EXPECT_EQ(answer("() -> (y) { y = RandomUniform() {shape=[3], seed=7.0} }"),
            "f32[3] {0.004287839, 0.42421913, 0.123256266}");
  EXPECT_EQ(answer("() -> (y) { y = RandomNormal() {shape=[3], seed=7.0, dtype=11} }"),
            "f64[3] {-0.08239280052082501, 0.04249168965474762, 0.5098514303115086}");
}

TEST(RandomUniform, WithoutSeedNoTwoRunsAreAlike) {
  constexpr std::string_view kText = "() -> (y) { y = RandomUniform() {shape=[4]} }";
  EXPECT_NE(elements_of<float>(kText), elements_of<float>(kText));
}

TEST(RandomUniformLike, TakesShapeAndTypeOfItsInput) {
  EXPECT_EQ(inferred("(x: f16[2,n]) -> (y) { y = RandomUniformLike(x) }"), "f16[2,n]");
  EXPECT_EQ(inferred("(x: s8[2,n]) -> (y) { y = RandomNormalLike(x) {dtype=11} }"), "f64[2,n]");
  EXPECT_THAT(inferred("(x: s8[2]) -> (y) { y = RandomNormalLike(x) }"),
              HasSubstr("input is s8, which is no float"));
}

TEST(RandomNormal, NamesWhatIsWrong) {
  EXPECT_THAT(inferred("() -> (y) { y = RandomNormal() {shape=[-1]} }"),
              HasSubstr("shape has size -1"));
  EXPECT_THAT(inferred("() -> (y) { y = RandomNormal() {shape=[4294967296, 4294967296]} }"),
              HasSubstr("more elements than memory can hold"));
  EXPECT_THAT(inferred("() -> (y) { y = RandomNormal() {shape=[1], dtype=7} }"),
              HasSubstr("dtype s64 is no float"));
  EXPECT_THAT(inferred("() -> (y) { y = RandomNormal() {} }"), HasSubstr("shape"));
}

}  // namespace
}  // namespace mote
