#include "ops/support/portable_math.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace mote {
namespace {

constexpr double kTau = 6.28318530717958647693;

TEST(PortableMath, QuarterTurnsAreExact) {
  const double want[][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  for (std::uint64_t k = 0; k < 4; ++k) {
    const CirclePoint p = on_circle(3 * k, 12);
    EXPECT_EQ(p.cos, want[k][0]);
    EXPECT_EQ(p.sin, want[k][1]);
  }
}

TEST(PortableMath, PointsOfTheCircleAreThoseOfTheSystem) {
  for (const std::uint64_t n : {1U, 7U, 360U, 1U << 20U}) {
    for (std::uint64_t k = 0; k < n; k += n / 331 + 1) {
      const double angle = kTau * static_cast<double>(k) / static_cast<double>(n);
      EXPECT_NEAR(on_circle(k, n).cos, std::cos(angle), 1e-15) << k << "/" << n;
      EXPECT_NEAR(on_circle(k, n).sin, std::sin(angle), 1e-15) << k << "/" << n;
    }
  }
  const std::uint64_t largest = (std::uint64_t{1} << 60) - 1;
  EXPECT_NEAR(on_circle(largest / 3, largest).cos, -0.5, 1e-15);
}

TEST(PortableMath, LogarithmsAreThoseOfTheSystem) {
  Random random(1);
  EXPECT_EQ(portable_log(1.0), 0.0);
  for (int i = 0; i < 1000; ++i) {
    const double x = std::ldexp(1.0 + static_cast<double>(random.uniform()), i - 500);
    EXPECT_NEAR(portable_log(x), std::log(x), 4e-16 * std::abs(std::log(x))) << x;
  }
}

TEST(PortableMath, ExponentialsAreThoseOfTheSystem) {
  EXPECT_EQ(portable_exp(0.0), 1.0);
  EXPECT_EQ(portable_exp(-1e300), 0.0);
  EXPECT_EQ(portable_exp(-INFINITY), 0.0);
  for (double x = -708; x < 0; x += 0.37) {
    EXPECT_NEAR(portable_exp(x), std::exp(x), 4e-16 * std::exp(x)) << x;
  }
}

}  // namespace
}  // namespace mote
