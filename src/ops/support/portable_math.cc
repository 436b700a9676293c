#include "ops/support/portable_math.h"

#include <cmath>

namespace mote {
namespace {

constexpr double kQuarterPi = 0.78539816339744830962;
constexpr double kSqrtHalf = 0.70710678118654752440;
constexpr double kLn2 = 0.69314718055994530942;
// ln 2 in two parts, the first of so few bits that its multiples are exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

// The power series of sin(x) / x and cos(x) for |x| <= π/4, from its smallest term.
double series(double x_squared, int last) {
  double sum = 1.0;
  for (int k = last; k > 1; k -= 2) sum = 1.0 - sum * x_squared / (k * (k - 1));
  return sum;
}

}  // namespace

CirclePoint on_circle(std::uint64_t k, std::uint64_t n) {
  // Within each eighth of the circle the angle is counted from the nearest axis.
  const std::uint64_t octant = 8 * k / n;
  const std::uint64_t rest = 8 * k % n;
  const std::uint64_t from_axis = octant % 2 == 0 ? rest : n - rest;
  const double x = static_cast<double>(from_axis) / static_cast<double>(n) * kQuarterPi;
  const double c = series(x * x, 18);
  const double s = x * series(x * x, 17);
  switch (octant) {
    case 0:
      return {c, s};
    case 1:
      return {s, c};
    case 2:
      return {-s, c};
    case 3:
      return {-c, s};
    case 4:
      return {-c, -s};
    case 5:
      return {-s, -c};
    case 6:
      return {s, -c};
    default:
      return {c, -s};
  }
}

// log(2^e m) = e log 2 + 2 artanh((m - 1) / (m + 1)), m near 1.
double portable_log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < kSqrtHalf) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  double sum = 0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * (s * s) + 1.0 / k;
  return exponent * kLn2 + 2 * s * sum;
}

double portable_exp(double x) {
  if (!(x > -745)) return std::isnan(x) ? x : 0.0;
  const double n = std::floor(x / kLn2 + 0.5);
  const double r = (x - n * kLn2High) - n * kLn2Low;
  double sum = 1.0;
  for (int k = 14; k >= 1; --k) sum = 1.0 + sum * r / k;
  return std::ldexp(sum, static_cast<int>(n));
}

}  // namespace mote
