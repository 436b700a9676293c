// Circular and hyperbolic functions of each element, and their inverses.
#include <cmath>

#include "ops/elementwise/unary.h"

namespace mote {
namespace {

// One struct for each function of the standard library.
#define MOTE_STD_FUNCTION(Name, function) \
  struct Name {                           \
    using Types = FloatElements;          \
    template <class T>                    \
    T operator()(T x) const {             \
      return std::function(x);            \
    }                                     \
  };
MOTE_STD_FUNCTION(Sin, sin)
MOTE_STD_FUNCTION(Cos, cos)
MOTE_STD_FUNCTION(Tan, tan)
MOTE_STD_FUNCTION(Asin, asin)
MOTE_STD_FUNCTION(Acos, acos)
MOTE_STD_FUNCTION(Atan, atan)
MOTE_STD_FUNCTION(Sinh, sinh)
MOTE_STD_FUNCTION(Cosh, cosh)
MOTE_STD_FUNCTION(Asinh, asinh)
MOTE_STD_FUNCTION(Acosh, acosh)
MOTE_STD_FUNCTION(Atanh, atanh)
#undef MOTE_STD_FUNCTION

struct Tanh {
  using Types = FloatElements;
  template <class T>
  T operator()(T x) const {
    return std::tanh(x);
  }
  UnaryCall kernel() const { return {UnaryF32::kTanh}; }
};

constexpr int kSince1[] = {1, 6, 13};
constexpr int kSince7[] = {7, 22};
constexpr int kSince9[] = {9, 22};
constexpr OnnxUpgrade kTo6[] = {{6, drop_consumed_inputs}};
constexpr std::span<const OnnxUpgrade> kNone;

}  // namespace

MOTE_UNARY_OP(Sin, kSince7, kNone, "", "The sine of an angle in radians.")
MOTE_UNARY_OP(Cos, kSince7, kNone, "", "The cosine of an angle in radians.")
MOTE_UNARY_OP(Tan, kSince7, kNone, "", "The tangent of an angle in radians.")
MOTE_UNARY_OP(Asin, kSince7, kNone, "", "The angle in [-pi/2, pi/2] of a sine; NaN beyond [-1, 1].",
              "(x: f32[9]) -> (y) { s = Sin(x) y = Asin(s) }")
MOTE_UNARY_OP(Acos, kSince7, kNone, "", "The angle in [0, pi] of a cosine; NaN beyond [-1, 1].",
              "(x: f32[9]) -> (y) { c = Cos(x) y = Acos(c) }")
MOTE_UNARY_OP(Atan, kSince7, kNone, "", "The angle in [-pi/2, pi/2] of a tangent.")
MOTE_UNARY_OP(Sinh, kSince9, kNone, "", "The hyperbolic sine.")
MOTE_UNARY_OP(Cosh, kSince9, kNone, "", "The hyperbolic cosine.")
MOTE_UNARY_OP(Tanh, kSince1, kTo6, "", "The hyperbolic tangent.")
MOTE_UNARY_OP(Asinh, kSince9, kNone, "", "The inverse of the hyperbolic sine.")
MOTE_UNARY_OP(Acosh, kSince9, kNone, "", "The inverse of the hyperbolic cosine; NaN below 1.",
              "(x: f32[9]) -> (y) { c = Cosh(x) y = Acosh(c) }")
MOTE_UNARY_OP(Atanh, kSince9, kNone, "",
              "The inverse of the hyperbolic tangent; NaN beyond [-1, 1].",
              "(x: f32[9]) -> (y) { t = Tanh(x) y = Atanh(t) }")

}  // namespace mote
