#include "tasks/audio/resample.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

namespace mote {
namespace {

std::vector<float> sine(double hertz, std::int32_t rate, std::size_t count) {
  std::vector<float> samples;
  for (std::size_t i = 0; i < count; ++i) {
    samples.push_back(
        static_cast<float>(std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate)));
  }
  return samples;
}

// The largest difference to a sine of the other rate, away from the ends.
double worst(const std::vector<float>& got, double hertz, std::int32_t rate, double amplitude) {
  double most = 0.0;
  const auto want = sine(hertz, rate, got.size());
  for (std::size_t i = got.size() / 4; i < got.size() * 3 / 4; ++i) {
    most = std::max(most, std::abs(got[i] - amplitude * double{want[i]}));
  }
  return most;
}

std::vector<float> resampled(const std::vector<float>& samples, std::int32_t from,
                             std::int32_t to) {
  auto out = resample(samples, from, to);
  EXPECT_TRUE(out) << out.error().message;
  return out ? *std::move(out) : std::vector<float>();
}

TEST(Resample, KeepsWhatBothRatesHold) {
  for (const auto& [from, to] : {std::pair{8'000, 16'000},
                                 {44'100, 16'000},
                                 {48'000, 16'000},
                                 {16'000, 22'050},
                                 {11'025, 16'000}}) {
    const auto count = static_cast<std::size_t>(from) / 4;
    const auto out = resampled(sine(1000, from, count), from, to);
    EXPECT_LT(worst(out, 1000, to, 1.0), 1e-3) << from << " to " << to;
  }
}

TEST(Resample, RemovesWhatTheLowerRateCannotHold) {
  EXPECT_LT(worst(resampled(sine(10'000, 44'100, 11'025), 44'100, 16'000), 0, 16'000, 0.0), 1e-3);
}

TEST(Resample, LastsAsLong) {
  EXPECT_EQ(resampled(std::vector<float>(441), 44'100, 16'000).size(), 160U);
  EXPECT_EQ(resampled(std::vector<float>(442), 44'100, 16'000).size(), 161U);
  EXPECT_EQ(resampled(std::vector<float>(1), 768'000, 1).size(), 1U);
  EXPECT_TRUE(resampled({}, 8'000, 16'000).empty());
}

TEST(Resample, OfTheSameRateChangesNothing) {
  const auto samples = sine(440, 16'000, 100);
  EXPECT_EQ(resampled(samples, 16'000, 16'000), samples);
}

TEST(Resample, IsHeldToItsBudget) {
  const auto out = resample(std::vector<float>(1000), 1, 768'000, 1 << 20);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::kResourceExhausted);
}

}  // namespace
}  // namespace mote
