// The functions that recurrent cells apply to their sums.
#pragma once
#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "kernels/table.h"

namespace mote {

struct RecurrentActivation {
  enum class Kind : std::uint8_t {
    kRelu,
    kTanh,
    kSigmoid,
    kAffine,           // alpha * x + beta
    kLeakyRelu,        // x < 0 ? alpha * x : x
    kThresholdedRelu,  // x >= alpha ? x : 0
    kScaledTanh,       // alpha * tanh(beta * x)
    kHardSigmoid,      // min(max(alpha * x + beta, 0), 1)
    kElu,              // x < 0 ? alpha * (exp(x) - 1) : x
    kSoftsign,         // x / (1 + |x|)
    kSoftplus,         // log(1 + exp(x))
  };
  Kind kind = Kind::kTanh;
  float alpha = 0.0F;
  float beta = 0.0F;

  bool operator==(const RecurrentActivation&) const = default;
  bool has_alpha() const;
  bool has_beta() const;

  template <class T>
  T operator()(T x) const;
};

// By the name in the attribute `activations`, in any case, with the default alpha and beta.
// Errors: kInvalidArgument, naming those there are.
Result<RecurrentActivation> activation_named(std::string_view name);

// y[i] = f(y[i]) for i in [0, n).
void apply_f32(const KernelTable& kernels, const RecurrentActivation& f, float* y, std::int64_t n);

// NaN gives NaN, or 0 where a comparison decides.
template <class T>
T RecurrentActivation::operator()(T x) const {
  const auto a = static_cast<T>(alpha);
  const auto b = static_cast<T>(beta);
  const T small = std::exp(-std::abs(x));  // neither overflows nor loses small results
  switch (kind) {
    case Kind::kRelu:
      return x < 0 ? T{0} : x;
    case Kind::kTanh:
      return std::tanh(x);
    case Kind::kSigmoid:
      return (x < 0 ? small : T{1}) / (1 + small);
    case Kind::kAffine:
      return a * x + b;
    case Kind::kLeakyRelu:
      return x < 0 ? a * x : x;
    case Kind::kThresholdedRelu:
      return x >= a ? x : T{0};
    case Kind::kScaledTanh:
      return a * std::tanh(b * x);
    case Kind::kHardSigmoid: {
      const T line = a * x + b;
      return line < 0 ? T{0} : line > 1 ? T{1} : line;
    }
    case Kind::kElu:
      return x < 0 ? a * std::expm1(x) : x;
    case Kind::kSoftsign:
      return std::isinf(x) ? std::copysign(T{1}, x) : x / (1 + std::abs(x));
    case Kind::kSoftplus:
      return std::log1p(small) + (x < 0 ? T{0} : x);
  }
  return x;
}

}  // namespace mote
