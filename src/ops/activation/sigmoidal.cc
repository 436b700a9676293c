// Smooth activations and their piecewise linear likenesses: Sigmoid, Gelu, Swish, ...
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/elementwise/unary.h"

namespace mote {
namespace {

// The exponential is of -|x|, which neither overflows nor loses small results.
template <class T>
T logistic(T x) {
  const T e = std::exp(-std::abs(x));
  return (x < 0 ? e : T{1}) / (1 + e);
}

// log(1 + exp(x)), likewise.
template <class T>
T soft_plus(T x) {
  return std::log1p(std::exp(-std::abs(x))) + (x < 0 ? T{0} : x);
}

template <class T>
T hard_gate(T x, T alpha, T beta) {
  return std::clamp(alpha * x + beta, T{0}, T{1});
}

struct Sigmoid {
  using Types = FloatElements;
  template <class T>
  T operator()(T x) const {
    return logistic(x);
  }
  UnaryCall kernel() const { return {UnaryF32::kSigmoid}; }
};

struct HardSigmoid {
  using Types = FloatElements;
  float alpha = 0.2F;
  float beta = 0.5F;
  Status read(AttributeReader& r) {
    alpha = r.real("alpha", alpha);
    beta = r.real("beta", beta);
    return {};
  }
  template <class T>
  T operator()(T x) const {
    return hard_gate<T>(x, alpha, beta);
  }
  UnaryCall kernel() const { return {UnaryF32::kHardSigmoid, alpha, beta}; }
};

struct HardSwish {
  using Types = FloatElements;
  template <class T>
  T operator()(T x) const {
    return x * hard_gate<T>(x, T{1} / 6, T{0.5});
  }
  UnaryCall kernel() const { return {UnaryF32::kHardSwish}; }
};

struct Softplus {
  using Types = FloatElements;
  template <class T>
  T operator()(T x) const {
    return soft_plus(x);
  }
};

struct Softsign {
  using Types = FloatElements;
  template <class T>
  T operator()(T x) const {
    return std::isinf(x) ? std::copysign(T{1}, x) : x / (1 + std::abs(x));
  }
};

struct Gelu {
  using Types = FloatElements;
  bool tanh = false;
  Status read(AttributeReader& r) {
    const std::string approximate = r.text("approximate", "none");
    tanh = approximate == "tanh";
    if (tanh || approximate == "none") return {};
    return Error{Code::kInvalidArgument,
                 cat("approximate is '", approximate, "', not 'none' or 'tanh'")};
  }
  template <class T>
  T operator()(T x) const {
    constexpr auto kSqrtHalf = static_cast<T>(0.70710678118654752440);
    constexpr auto kSqrtTwoOverPi = static_cast<T>(0.79788456080286535588);
    constexpr auto kCubic = static_cast<T>(0.044715);
    const T gate =
        tanh ? std::tanh(kSqrtTwoOverPi * (x + kCubic * x * x * x)) : std::erf(x * kSqrtHalf);
    return x / 2 * (1 + gate);
  }
  std::optional<UnaryCall> kernel() const {
    if (tanh) return std::nullopt;
    return UnaryCall{UnaryF32::kGelu};
  }
};

struct Mish {
  using Types = FloatElements;
  template <class T>
  T operator()(T x) const {
    return x * std::tanh(soft_plus(x));
  }
};

struct Swish {
  using Types = FloatElements;
  float alpha = 1.0F;
  Status read(AttributeReader& r) {
    alpha = r.real("alpha", alpha);
    return {};
  }
  template <class T>
  T operator()(T x) const {
    return x * logistic(alpha * x);
  }
  std::optional<UnaryCall> kernel() const {
    if (alpha != 1.0F) return std::nullopt;
    return UnaryCall{UnaryF32::kSilu};
  }
};

constexpr int kSigmoidVersions[] = {1, 6, 13};
constexpr int kHardSigmoidVersions[] = {1, 6, 22};
constexpr int kHardSwishVersions[] = {14, 22};
constexpr int kSoftVersions[] = {1, 22};
constexpr int kGeluVersions[] = {20};
constexpr int kMishVersions[] = {18, 22};
constexpr int kSwishVersions[] = {24};
constexpr OnnxUpgrade kTo6[] = {{6, drop_consumed_inputs}};
constexpr std::span<const OnnxUpgrade> kNone;

}  // namespace

MOTE_UNARY_OP(Sigmoid, kSigmoidVersions, kTo6, "", "1 / (1 + exp(-x)).")
MOTE_UNARY_OP(HardSigmoid, kHardSigmoidVersions, kTo6, "",
              "`alpha` * x + `beta`, limited to [0, 1].",
              "(x: f32[2,3]) -> (y) { y = HardSigmoid(x) {alpha=0.5, beta=0.6} }")
MOTE_UNARY_OP(HardSwish, kHardSwishVersions, kNone, "", "x times x / 6 + 0.5, limited to [0, 1].")
MOTE_UNARY_OP(Softplus, kSoftVersions, kNone, "", "log(1 + exp(x)).")
MOTE_UNARY_OP(Softsign, kSoftVersions, kNone, "", "x / (1 + |x|).")
MOTE_UNARY_OP(Gelu, kGeluVersions, kNone, "",
              "x times the normal distribution's share below x; `approximate`=\"tanh\" takes the "
              "usual approximation of it.",
              "(x: f32[2,3]) -> (y) { y = Gelu(x) {approximate=\"tanh\"} }")
MOTE_UNARY_OP(Mish, kMishVersions, kNone, "", "x * tanh(log(1 + exp(x))).")
MOTE_UNARY_OP(Swish, kSwishVersions, kNone, "", "x * sigmoid(`alpha` * x).",
              "(x: f32[2,3]) -> (y) { y = Swish(x) {alpha=0.5} }")

}  // namespace mote
