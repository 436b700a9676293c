// Functions of one variable in f64 by operations whose results are the same on every machine:
// what the tables of quantized operators are made with.
#pragma once
#include <array>
#include <cstdint>

#include "ops/quantize/quantized.h"

namespace mote {

struct RealFunction {
  enum class Kind : std::uint8_t {
    kIdentity,
    kAbs,
    kClip,  // min(max(x, a), b)
    kElu,   // x < 0 ? a * (exp(x) - 1) : x
    kErf,
    kExp,
    kGelu,         // x * (1 + erf(x / sqrt(2))) / 2
    kGeluTanh,     // x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2
    kHardSigmoid,  // min(max(a * x + b, 0), 1)
    kHardSwish,    // x * min(max(x / 6 + 0.5, 0), 1)
    kLeakyRelu,    // x < 0 ? a * x : x
    kLog,
    kMish,  // x * tanh(log(1 + exp(x)))
    kNeg,
    kReciprocal,
    kSigmoid,
    kSoftplus,  // log(1 + exp(x))
    kSoftsign,  // x / (1 + |x|)
    kSqrt,
    kSwish,  // x * sigmoid(a * x)
    kTanh,
  };
  Kind kind = Kind::kIdentity;
  double a = 0;
  double b = 0;

  double operator()(double x) const;
};

// Within 1e-12 of the true value, or of its magnitude where that is more.
double exp_exact(double x);
double log_exact(double x);
double erf_exact(double x);

// y for each byte of x, both of 8 bits: f of the reals that they stand for.
using ByteTable = std::array<std::uint8_t, 256>;
ByteTable table_of(const RealFunction& f, DType x_dtype, Affine x, DType y_dtype, Affine y);

}  // namespace mote
