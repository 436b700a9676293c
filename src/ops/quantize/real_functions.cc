#include "ops/quantize/real_functions.h"

#include <bit>
#include <cmath>
#include <limits>

namespace mote {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// ln 2 in two parts, the first with zeros at its end: k times it is exact.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

double clamp(double x, double low, double high) {
  const double raised = x < low ? low : x;
  return raised > high ? high : raised;
}

double sigmoid(double x) { return 1.0 / (1.0 + exp_exact(-x)); }

// Through e^(-2|x|), which does not overflow.
double tanh(double x) {
  const double e = exp_exact(x < 0 ? 2.0 * x : -2.0 * x);
  const double t = (1.0 - e) / (1.0 + e);
  return x < 0 ? -t : t;
}

double softplus(double x) {
  const double positive = x > 0 ? x : 0.0;
  return positive + log_exact(1.0 + exp_exact(x > 0 ? -x : x));
}

double gelu(double x) { return x * (1.0 + erf_exact(x * 0x1.6a09e667f3bcdp-1)) * 0.5; }

double gelu_tanh(double x) {
  constexpr double kRoot = 0x1.988453e55bc08p-1;  // sqrt(2 / pi)
  return x * (1.0 + tanh(kRoot * (x + 0.044715 * x * x * x))) * 0.5;
}

}  // namespace

// x = k ln 2 + r, |r| <= ln 2 / 2; the series of e^r up to r^14.
double exp_exact(double x) {
  if (x != x) return x;
  if (x > 709.0) return kInf;
  if (x < -745.0) return 0.0;
  const double k = round_half_even(x * 0x1.71547652b82fep+0);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1.0;
  for (int n = 14; n > 0; --n) sum = 1.0 + sum * r / n;
  const int half = static_cast<int>(k) / 2;
  return sum * power_of_two(half) * power_of_two(static_cast<int>(k) - half);
}

// x = m 2^k, m within [sqrt(1/2), sqrt(2)): ln m = 2 artanh((m - 1) / (m + 1)).
double log_exact(double x) {
  if (x != x || x < 0) return kNaN;
  if (x == 0) return -kInf;
  if (x == kInf) return x;
  int k = 0;
  double m = std::frexp(x, &k);  // exact
  if (m < 0x1.6a09e667f3bcdp-1) m *= 2, --k;
  const double s = (m - 1.0) / (m + 1.0);
  double sum = 0.0;
  for (int n = 27; n > 0; n -= 2) sum = sum * s * s + 1.0 / n;
  return k * kLn2High + (2.0 * s * sum + k * kLn2Low);
}

// 2 / sqrt(pi) e^(-x^2) sum of 2^n x^(2n + 1) / (2n + 1)!!, whose terms have one sign
// (Abramowitz and Stegun, 7.1.6).
double erf_exact(double x) {
  if (x != x) return x;
  if (x > 6.0 || x < -6.0) return x < 0 ? -1.0 : 1.0;
  double term = x, sum = x;
  for (int n = 1; n < 200; ++n) {
    term *= 2.0 * x * x / (2 * n + 1);
    sum += term;
  }
  return 0x1.20dd750429b6dp+0 * exp_exact(-x * x) * sum;
}

double RealFunction::operator()(double x) const {
  switch (kind) {
    case Kind::kIdentity:
      return x;
    case Kind::kAbs:
      return x < 0 ? -x : x;
    case Kind::kClip:
      return clamp(x, a, b);
    case Kind::kElu:
      return x < 0 ? a * (exp_exact(x) - 1.0) : x;
    case Kind::kErf:
      return erf_exact(x);
    case Kind::kExp:
      return exp_exact(x);
    case Kind::kGelu:
      return gelu(x);
    case Kind::kGeluTanh:
      return gelu_tanh(x);
    case Kind::kHardSigmoid:
      return clamp(a * x + b, 0.0, 1.0);
    case Kind::kHardSwish:
      return x * clamp(x / 6.0 + 0.5, 0.0, 1.0);
    case Kind::kLeakyRelu:
      return x < 0 ? a * x : x;
    case Kind::kLog:
      return log_exact(x);
    case Kind::kMish:
      return x * tanh(softplus(x));
    case Kind::kNeg:
      return -x;
    case Kind::kReciprocal:
      return 1.0 / x;
    case Kind::kSigmoid:
      return sigmoid(x);
    case Kind::kSoftplus:
      return softplus(x);
    case Kind::kSoftsign:
      return x / (1.0 + (x < 0 ? -x : x));
    case Kind::kSqrt:
      return std::sqrt(x);  // rounded correctly
    case Kind::kSwish:
      return x * sigmoid(a * x);
    case Kind::kTanh:
      return tanh(x);
  }
  return x;
}

ByteTable table_of(const RealFunction& f, DType x_dtype, Affine x, DType y_dtype, Affine y) {
  ByteTable table;
  const IntegerRange range = range_of(y_dtype);
  for (int byte = 0; byte < 256; ++byte) {
    const int q = x_dtype == DType::kS8 ? static_cast<std::int8_t>(byte) : byte;
    const double real = static_cast<double>(x.scale) * (q - x.zero_point);
    const double v = f(real) / static_cast<double>(y.scale);
    table[static_cast<std::size_t>(byte)] =
        static_cast<std::uint8_t>(quantized(v, y.zero_point, range));
  }
  return table;
}

}  // namespace mote
