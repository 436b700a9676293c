// The gradient of Identity is the gradient.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void identity(Backward& b) { b.give(0, b.grad()); }

constexpr std::string_view kIdentitySamples[] = {
    "(x: f64[3]) -> (y) { a = Identity(x) y = Mul(a, x) }",
};

}  // namespace

extern const OpGrad kGrad_Identity;
constinit const OpGrad kGrad_Identity = {
    .name = "Identity", .rule = identity, .samples = kIdentitySamples};

}  // namespace mote
