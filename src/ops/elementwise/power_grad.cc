// The gradient of Pow: of the base y' = e x^(e-1), of the exponent y' = x^e log(x).
#include "ops/gradient/backward.h"

namespace mote {
namespace {

// The exponent may be of another type than the base.
ValueId exponent_as_base(Backward& b) {
  const DType base = b.dtype(b.in(0));
  if (b.dtype(b.in(1)) == base) return b.in(1);
  return b.add("Cast", {b.in(1)}, {{"to", static_cast<std::int64_t>(base)}});
}

// Where the base is 0 or below, the exponent has no effect on it: the logarithm is taken for 0.
ValueId log_of_base(Backward& b) {
  const ValueId x = b.in(0);
  const ValueId above = b.add("Greater", {x, b.scalar_like(x, 0)});
  return b.add("Log", {b.add("Where", {above, x, b.scalar_like(x, 1)})});
}

void pow(Backward& b) {
  b.give_summed(0, [&] {
    const ValueId e = exponent_as_base(b);
    const ValueId less = b.sub(e, b.scalar_like(e, 1));
    return b.mul(b.grad(), b.mul(e, b.add("Pow", {b.in(0), less})));
  });
  b.give_summed(1, [&] {
    const ValueId by_exponent = b.mul(b.grad(), b.mul(b.out(0), log_of_base(b)));
    const auto to = static_cast<std::int64_t>(b.dtype(b.in(1)));
    if (b.dtype(b.in(1)) == b.dtype(b.in(0))) return by_exponent;
    return b.add("Cast", {by_exponent}, {{"to", to}});
  });
}

constexpr std::string_view kPowSamples[] = {
    "(x: f64[2,3], e: f64[2,3]) -> (y) { y = Pow(x, e) }",
    "(x: f64[2,3]) -> (y) { e: s64[] = {3} y = Pow(x, e) }",
    "(x: f64[2,1], e: f64[3]) -> (y) { y = Pow(x, e) }",
    "(x: f64[3]) -> (y) { e: f64[] = {2} y = Pow(x, e) }",
};

}  // namespace

extern const OpGrad kGrad_Pow;
constinit const OpGrad kGrad_Pow = {.name = "Pow", .rule = pow, .samples = kPowSamples};

}  // namespace mote
