// The gradient of Relu: where x is above 0.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void relu(Backward& b) {
  const ValueId zero = b.scalar_like(b.in(0), 0);
  const ValueId above = b.add("Greater", {b.in(0), zero});
  b.give(0, b.add("Where", {above, b.grad(), zero}));
}

constexpr std::string_view kReluSamples[] = {
    "(x: f64[2,3]) -> (y) { c: f64[] = {1.1} d = Sub(x, c) r = Relu(d) y = Mul(r, r) }",
};

}  // namespace

extern const OpGrad kGrad_Relu;
constinit const OpGrad kGrad_Relu = {.name = "Relu", .rule = relu, .samples = kReluSamples};

}  // namespace mote
