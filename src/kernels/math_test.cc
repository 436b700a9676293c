// The accuracy of exp, tanh, sigmoid, erf and what is made of them, over all of float.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "kernels/kernels_testing.h"

namespace mote {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

class MathTest : public KernelTest {};

// The error in units of the last place that a float at `want`, or at `least` if that is more, has.
double ulps(double want, float got, double least) {
  if (static_cast<float>(want) == got) return 0.0;
  const double magnitude = std::max(std::abs(want), least);
  return std::abs(want - double{got}) / std::ldexp(1.0, std::ilogb(magnitude) - 23);
}

struct Worst {
  double error = 0.0;
  float at = 0.0F;
};

// The largest error(x, got) over finite x that are kStride apart in their bits.
template <class Error>
Worst worst_of(const KernelTable& table, UnaryF32 f, const Error& error) {
  constexpr std::uint64_t kStride = 9973;
  constexpr std::int64_t kBatch = 4096;
  Floats x(kBatch), y(kBatch);
  Worst worst;
  for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32;) {
    for (float& v : x) {
      v = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      bits += kStride;
    }
    table.unary_f32(f, 1.0F, 0.0F, x.data(), y.data(), kBatch);
    for (std::int64_t i = 0; i < kBatch; ++i) {
      if (!std::isfinite(x[i])) continue;
      const double e = error(double{x[i]}, y[i]);
      if (!(e <= worst.error)) worst = {e, x[i]};
    }
  }
  return worst;
}

struct Bound {
  UnaryF32 f;
  double (*exact)(double);
  double ulps;
  double least = std::numeric_limits<float>::min();
};

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

constexpr Bound kBounds[] = {
    {UnaryF32::kExp, [](double x) { return std::exp(x); }, 1.5},
    {UnaryF32::kTanh, [](double x) { return std::tanh(x); }, 3.0},
    {UnaryF32::kSigmoid, sigmoid, 3.0},
    {UnaryF32::kSilu, [](double x) { return x * sigmoid(x); }, 4.0, 2e-36},
    {UnaryF32::kErf, [](double x) { return std::erf(x); }, 3.0},
    {UnaryF32::kElu, [](double x) { return x < 0.0 ? std::expm1(x) : x; }, 1.5},
};

TEST_P(MathTest, ErrorsAreAFewUlpsOverAllOfFloat) {
  for (const Bound& b : kBounds) {
    const Worst worst =
        worst_of(k(), b.f, [&](double x, float got) { return ulps(b.exact(x), got, b.least); });
    EXPECT_LE(worst.error, b.ulps) << "function " << static_cast<int>(b.f) << " at " << worst.at;
  }
}

// Towards minus infinity 1 + erf cancels: the bound is relative to x.
TEST_P(MathTest, GeluErrsByAFewUlpsOfItsArgument) {
  const Worst worst = worst_of(k(), UnaryF32::kGelu, [](double x, float got) {
    const double want = 0.5 * x * (1.0 + std::erf(x * 0.70710678118654752));
    return std::abs(want - double{got}) / std::max(std::abs(x), 1e-37) * 16777216.0;
  });
  EXPECT_LE(worst.error, 3.0) << worst.at;
}

float value(const KernelTable& table, UnaryF32 f, float x) {
  float y = 0.0F;
  table.unary_f32(f, 1.0F, 0.0F, &x, &y, 1);
  return y;
}

TEST_P(MathTest, LimitsAreExact) {
  EXPECT_EQ(value(k(), UnaryF32::kExp, 0.0F), 1.0F);
  EXPECT_EQ(value(k(), UnaryF32::kExp, kInf), kInf);
  EXPECT_EQ(value(k(), UnaryF32::kExp, -kInf), 0.0F);
  EXPECT_EQ(value(k(), UnaryF32::kExp, 88.75F), kInf);
  EXPECT_LT(value(k(), UnaryF32::kExp, 88.7F), kInf);
  EXPECT_EQ(value(k(), UnaryF32::kExp, -104.0F), 0.0F);
  EXPECT_EQ(value(k(), UnaryF32::kTanh, kInf), 1.0F);
  EXPECT_EQ(value(k(), UnaryF32::kTanh, -kInf), -1.0F);
  EXPECT_TRUE(std::signbit(value(k(), UnaryF32::kTanh, -0.0F)));
  EXPECT_EQ(value(k(), UnaryF32::kSigmoid, kInf), 1.0F);
  EXPECT_EQ(value(k(), UnaryF32::kSigmoid, -kInf), 0.0F);
  EXPECT_EQ(value(k(), UnaryF32::kSigmoid, 0.0F), 0.5F);
  EXPECT_EQ(value(k(), UnaryF32::kErf, kInf), 1.0F);
  EXPECT_EQ(value(k(), UnaryF32::kErf, -kInf), -1.0F);
  EXPECT_TRUE(std::signbit(value(k(), UnaryF32::kErf, -0.0F)));
  EXPECT_EQ(value(k(), UnaryF32::kElu, -kInf), -1.0F);
  EXPECT_EQ(value(k(), UnaryF32::kElu, kInf), kInf);
  EXPECT_EQ(value(k(), UnaryF32::kGelu, kInf), kInf);
}

MOTE_INSTANTIATE_KERNEL_TESTS(MathTest);

}  // namespace
}  // namespace mote
