#include "measure/latency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "measure/random_inputs.h"

namespace mote {
namespace {

using std::chrono::nanoseconds;

Latency of(std::initializer_list<int> times) {
  Latency latency;
  for (const int t : times) latency.sorted.emplace_back(t);
  return latency;
}

TEST(Percentile, IsTheMedianOfEvenAndOddNumbersOfRuns) {
  EXPECT_EQ(of({1, 2, 9}).percentile(50), nanoseconds(2));
  EXPECT_EQ(of({1, 3, 5, 100}).percentile(50), nanoseconds(4));
}

TEST(Percentile, StaysWithinTheRuns) {
  EXPECT_EQ(of({7}).percentile(99), nanoseconds(7));
  EXPECT_EQ(of({10, 20}).percentile(0), nanoseconds(10));
  EXPECT_EQ(of({10, 20}).percentile(100), nanoseconds(20));
  EXPECT_EQ(of({0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100}).percentile(95), nanoseconds(95));
}

TensorInfo input(DType dtype) { return {"x", dtype, true, {{64, ""}}}; }

TEST(RandomInputs, AreTheSameForTheSameSeedOnly) {
  const TensorInfo info = input(DType::kF32);
  const Dims dims{64};
  const auto a = random_inputs({&info, 1}, {&dims, 1}, {.seed = 1});
  const auto b = random_inputs({&info, 1}, {&dims, 1}, {.seed = 1});
  const auto c = random_inputs({&info, 1}, {&dims, 1}, {.seed = 2});
  ASSERT_TRUE(a && b && c);
  EXPECT_TRUE(equal((*a)[0], (*b)[0]));
  EXPECT_FALSE(equal((*a)[0], (*c)[0]));
}

TEST(RandomInputs, KeepWideIntegersToWhatAnIndexMayBe) {
  const TensorInfo info = input(DType::kS64);
  const Dims dims{64};
  const auto t = random_inputs({&info, 1}, {&dims, 1}, {.seed = 1});
  ASSERT_TRUE(t);
  EXPECT_THAT((*t)[0].values<std::int64_t>(), testing::Each(testing::AnyOf(0, 1)));
  EXPECT_THAT((*t)[0].values<std::int64_t>(), testing::Contains(1));
}

}  // namespace
}  // namespace mote
