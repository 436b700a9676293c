// Activations that bend at a threshold: Relu and its relatives, Shrink.
#include <cmath>
#include <limits>
#include <type_traits>

#include "ops/elementwise/unary.h"
#include "ops/support/convert.h"

namespace mote {
namespace {

struct Relu {
  using Types =
      Elements<float, double, F16, BF16, std::int8_t, std::int16_t, std::int32_t, std::int64_t>;
  template <class T>
  T operator()(T x) const {
    return x < 0 ? T{0} : x;
  }
  UnaryCall kernel() const {
    return {UnaryF32::kClamp, 0.0F, std::numeric_limits<float>::infinity()};
  }
};

struct LeakyRelu {
  using Types = FloatElements;
  float alpha = 0.01F;
  Status read(AttributeReader& r) {
    alpha = r.real("alpha", alpha);
    return {};
  }
  template <class T>
  T operator()(T x) const {
    return x < 0 ? alpha * x : x;
  }
  UnaryCall kernel() const { return {UnaryF32::kLeakyRelu, alpha}; }
};

struct ThresholdedRelu {
  using Types = FloatElements;
  float alpha = 1.0F;
  Status read(AttributeReader& r) {
    alpha = r.real("alpha", alpha);
    return {};
  }
  template <class T>
  T operator()(T x) const {
    return x > alpha ? x : T{0};
  }
};

struct Elu {
  using Types = FloatElements;
  float alpha = 1.0F;
  Status read(AttributeReader& r) {
    alpha = r.real("alpha", alpha);
    return {};
  }
  template <class T>
  T operator()(T x) const {
    return x < 0 ? alpha * std::expm1(x) : x;
  }
  UnaryCall kernel() const { return {UnaryF32::kElu, alpha}; }
};

struct Selu {
  using Types = FloatElements;
  float alpha = 1.67326319217681884765625F;
  float gamma = 1.05070102214813232421875F;
  Status read(AttributeReader& r) {
    alpha = r.real("alpha", alpha);
    gamma = r.real("gamma", gamma);
    return {};
  }
  template <class T>
  T operator()(T x) const {
    return gamma * (x > 0 ? x : alpha * std::expm1(x));
  }
};

struct Celu {
  using Types = FloatElements;
  float alpha = 1.0F;
  Status read(AttributeReader& r) {
    alpha = r.real("alpha", alpha);
    if (alpha != 0.0F) return {};
    return Error{Code::kInvalidArgument, "alpha is 0, by which Celu divides"};
  }
  template <class T>
  T operator()(T x) const {
    return x < 0 ? alpha * std::expm1(x / alpha) : x;
  }
};

// Integers are computed as reals and lose their fraction again.
struct Shrink {
  using Types = NumberElements;
  float bias = 0.0F;
  float lambd = 0.5F;
  Status read(AttributeReader& r) {
    bias = r.real("bias", bias);
    lambd = r.real("lambd", lambd);
    return {};
  }
  template <class T>
  T operator()(T x) const {
    if constexpr (std::is_integral_v<T>) {
      return real_to_integer<T>((*this)(static_cast<double>(x)));
    } else if (x < -lambd) {
      return x + bias;
    } else {
      return x > lambd ? x - bias : T{0};
    }
  }
};

// Opset 6 corrected the defaults.
Status keep_selu_defaults(const UpgradeArgs& args) {
  MOTE_TRY(drop_consumed_inputs(args));
  Attributes& attributes = args.node().attributes;
  if (attributes.find("alpha") == nullptr) attributes.set("alpha", 1.6732F);
  if (attributes.find("gamma") == nullptr) attributes.set("gamma", 1.0507F);
  return {};
}

constexpr int kReluVersions[] = {1, 6, 13, 14};
constexpr int kLeakyReluVersions[] = {1, 6, 16};
constexpr int kThresholdedReluVersions[] = {10, 22};
constexpr int kEluVersions[] = {1, 6, 22};
constexpr int kCeluVersions[] = {12, 28};
constexpr int kShrinkVersions[] = {9};
constexpr OnnxUpgrade kTo6[] = {{6, drop_consumed_inputs}};
constexpr OnnxUpgrade kSeluTo6[] = {{6, keep_selu_defaults}};
constexpr std::span<const OnnxUpgrade> kNone;

}  // namespace

MOTE_UNARY_OP(Relu, kReluVersions, kTo6, "", "The element, or 0 if it is negative.",
              "(x: s8[2,3]) -> (y) { y = Relu(x) }", "(x: s64[4]) -> (y) { y = Relu(x) }")
MOTE_UNARY_OP(LeakyRelu, kLeakyReluVersions, kTo6, "",
              "The element, multiplied by `alpha` if it is negative.",
              "(x: f32[2,3]) -> (y) { y = LeakyRelu(x) {alpha=0.3} }")
MOTE_UNARY_OP(ThresholdedRelu, kThresholdedReluVersions, kNone, "",
              "The element, or 0 unless it is above `alpha`.",
              "(x: f32[2,3]) -> (y) { y = ThresholdedRelu(x) {alpha=-1.5} }")
MOTE_UNARY_OP(Elu, kEluVersions, kTo6, "",
              "The element, or `alpha` * (exp(x) - 1) if it is negative.",
              "(x: f32[2,3]) -> (y) { y = Elu(x) {alpha=2.5} }")
MOTE_UNARY_OP(Selu, kEluVersions, kSeluTo6, "",
              "`gamma` times the element, which is `alpha` * (exp(x) - 1) if it is negative.",
              "(x: f32[2,3]) -> (y) { y = Selu(x) {alpha=2.0, gamma=3.0} }")
MOTE_UNARY_OP(Celu, kCeluVersions, kNone, "",
              "The element, or `alpha` * (exp(x / alpha) - 1) if it is negative.",
              "(x: f32[2,3]) -> (y) { y = Celu(x) {alpha=2.0} }")
MOTE_UNARY_OP(Shrink, kShrinkVersions, kNone, "",
              "The element moved towards 0 by `bias`; 0 within [-`lambd`, `lambd`].",
              "(x: f32[2,3]) -> (y) { y = Shrink(x) {lambd=1.5, bias=1.0} }",
              "(x: s32[5]) -> (y) { y = Shrink(x) {lambd=1.0, bias=1.5} }")

}  // namespace mote
