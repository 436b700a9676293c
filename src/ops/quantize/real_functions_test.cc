// Functions that tables are made of, against the C library's, and where they meet infinity.
#include "ops/quantize/real_functions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mote {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

void expect_close(double want, double got, double x) {
  EXPECT_NEAR(want, got, 1e-12 * std::max(1.0, std::abs(want))) << "at " << x;
}

TEST(RealFunctions, AreAsExactAsTablesNeed) {
  using Kind = RealFunction::Kind;
  for (double x = -40.0; x <= 40.0; x += 0.037) {
    expect_close(std::exp(x), exp_exact(x), x);
    expect_close(std::erf(x), erf_exact(x), x);
    expect_close(std::tanh(x), RealFunction{Kind::kTanh}(x), x);
    expect_close(1.0 / (1.0 + std::exp(-x)), RealFunction{Kind::kSigmoid}(x), x);
    expect_close(std::log1p(std::exp(x)), RealFunction{Kind::kSoftplus}(x), x);
    expect_close(0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0))), RealFunction{Kind::kGelu}(x), x);
    if (x > 0) expect_close(std::log(x), log_exact(x), x);
  }
  for (const double x : {1e-300, 1e-9, 0.7071, 1.0, 1.5, 2.0, 1e9, 1e300}) {
    expect_close(std::log(x), log_exact(x), x);
  }
}

TEST(RealFunctions, MeetInfinityAndWhatIsNoNumber) {
  EXPECT_EQ(exp_exact(kInf), kInf);
  EXPECT_EQ(exp_exact(-kInf), 0.0);
  EXPECT_EQ(exp_exact(1e9), kInf);
  EXPECT_EQ(exp_exact(0.0), 1.0);
  EXPECT_EQ(log_exact(0.0), -kInf);
  EXPECT_EQ(log_exact(1.0), 0.0);
  EXPECT_TRUE(std::isnan(log_exact(-1.0)));
  EXPECT_TRUE(std::isnan(exp_exact(std::nan(""))));
  EXPECT_EQ(erf_exact(kInf), 1.0);
  EXPECT_EQ(erf_exact(-100.0), -1.0);
  EXPECT_EQ(RealFunction{RealFunction::Kind::kTanh}(-kInf), -1.0);
}

// The same numbers in another type are the same entries, shifted.
TEST(RealFunctions, TablesOfTheSameQuantizationChangeNothing) {
  const ByteTable same = table_of({}, DType::kU8, {0.013F, 77}, DType::kU8, {0.013F, 77});
  const ByteTable shifted = table_of({}, DType::kU8, {0.013F, 77}, DType::kS8, {0.013F, -51});
  for (std::size_t i = 0; i < 256; ++i) {
    EXPECT_EQ(same[i], i);
    EXPECT_EQ(shifted[i], i ^ 0x80);
  }
}

TEST(RealFunctions, QuantizedRoundsHalfToEven) {
  const IntegerRange range{-8, 7};
  EXPECT_EQ(quantized(0.5F, 0, range), 0);
  EXPECT_EQ(quantized(1.5, 0, range), 2);
  EXPECT_EQ(quantized(-2.5F, 0, range), -2);
  EXPECT_EQ(quantized(7.5F, 0, range), 7);
  EXPECT_EQ(quantized(-1e30F, 3, range), -8);
  EXPECT_EQ(quantized(std::nanf(""), 3, range), 3);
}

}  // namespace
}  // namespace mote
