// Roots, exponentials, rounding and signs of each element.
#include <cmath>
#include <type_traits>

#include "ops/elementwise/unary.h"

namespace mote {
namespace {

// -x, which wraps for the smallest integer.
template <class T>
T negated(T x) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(x));
  } else {
    return -x;
  }
}

struct Abs {
  using Types = NumberElements;
  template <class T>
  T operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>) return std::abs(x);
    return x < 0 ? negated(x) : x;
  }
  UnaryCall kernel() const { return {UnaryF32::kAbs}; }
};

struct Neg {
  using Types =
      Elements<float, double, F16, BF16, std::int8_t, std::int16_t, std::int32_t, std::int64_t>;
  template <class T>
  T operator()(T x) const {
    return negated(x);
  }
  UnaryCall kernel() const { return {UnaryF32::kNeg}; }
};

struct Sign {
  using Types = NumberElements;
  template <class T>
  T operator()(T x) const {
    if (x != x) return x;  // NaN
    return static_cast<T>((x > 0) - (x < 0));
  }
};

struct FloatFunction {
  using Types = FloatElements;
};

struct Ceil : FloatFunction {
  template <class T>
  T operator()(T x) const {
    return std::ceil(x);
  }
};

struct Floor : FloatFunction {
  template <class T>
  T operator()(T x) const {
    return std::floor(x);
  }
};

struct Round : FloatFunction {
  template <class T>
  T operator()(T x) const {
    return std::nearbyint(x);
  }
};

struct Sqrt : FloatFunction {
  template <class T>
  T operator()(T x) const {
    return std::sqrt(x);
  }
  UnaryCall kernel() const { return {UnaryF32::kSqrt}; }
};

struct Reciprocal : FloatFunction {
  template <class T>
  T operator()(T x) const {
    return 1 / x;
  }
  UnaryCall kernel() const { return {UnaryF32::kReciprocal}; }
};

struct Exp : FloatFunction {
  template <class T>
  T operator()(T x) const {
    return std::exp(x);
  }
  UnaryCall kernel() const { return {UnaryF32::kExp}; }
};

struct Log : FloatFunction {
  template <class T>
  T operator()(T x) const {
    return std::log(x);
  }
};

struct Erf : FloatFunction {
  template <class T>
  T operator()(T x) const {
    return std::erf(x);
  }
  UnaryCall kernel() const { return {UnaryF32::kErf}; }
};

constexpr int kSince1[] = {1, 6, 13};
constexpr int kSince9[] = {9, 13};
constexpr int kSince11[] = {11, 22};
constexpr OnnxUpgrade kTo6[] = {{6, drop_consumed_inputs}};
constexpr std::span<const OnnxUpgrade> kNone;

}  // namespace

MOTE_UNARY_OP(Abs, kSince1, kTo6, "",
              "The magnitude; that of the smallest integer wraps to itself.",
              "(x: s8[2,3]) -> (y) { y = Abs(x) }", "(x: u64[4]) -> (y) { y = Abs(x) }",
              "() -> (y) { x: s8[3] = {-128, -127, 5} y = Abs(x) }")
MOTE_UNARY_OP(Neg, kSince1, kTo6, "", "The negative; that of the smallest integer wraps to itself.",
              "(x: s64[2,3]) -> (y) { y = Neg(x) }")
MOTE_UNARY_OP(Sign, kSince9, kNone, "", "-1, 0 or 1, as the element is below, at or above 0.",
              "(x: s16[6]) -> (y) { y = Sign(x) }", "(x: u8[2,3]) -> (y) { y = Sign(x) }")
MOTE_UNARY_OP(Ceil, kSince1, kTo6, "", "The smallest integer that is not below the element.")
MOTE_UNARY_OP(Floor, kSince1, kTo6, "", "The largest integer that is not above the element.")
MOTE_UNARY_OP(Round, kSince11, kNone, "", "The nearest integer; halves go to the even one.",
              "() -> (y) { x: f32[5] = {0.5, 1.5, -0.5, -2.5, 2.4} y = Round(x) }")
MOTE_UNARY_OP(Sqrt, kSince1, kTo6, "", "The square root; NaN below 0.")
MOTE_UNARY_OP(Reciprocal, kSince1, kTo6, "", "1 divided by the element.")
MOTE_UNARY_OP(Exp, kSince1, kTo6, "", "e to the power of the element.")
MOTE_UNARY_OP(Log, kSince1, kTo6, "", "The natural logarithm; NaN below 0.",
              "(x: f32[9]) -> (y) { e = Exp(x) y = Log(e) }")
MOTE_UNARY_OP(Erf, kSince9, kNone, "", "The error function.")

}  // namespace mote
