// The gradients of Sin, Cos and Tanh.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void sin(Backward& b) { b.give(0, b.mul(b.grad(), b.add("Cos", {b.in(0)}))); }

void cos(Backward& b) { b.give(0, b.neg(b.mul(b.grad(), b.add("Sin", {b.in(0)})))); }

// 1 - y y
void tanh(Backward& b) {
  const ValueId y = b.out(0);
  b.give(0, b.mul(b.grad(), b.sub(b.scalar_like(y, 1), b.mul(y, y))));
}

constexpr std::string_view kSinSamples[] = {"(x: f64[3]) -> (y) { y = Sin(x) }"};
constexpr std::string_view kCosSamples[] = {"(x: f64[3]) -> (y) { y = Cos(x) }"};
constexpr std::string_view kTanhSamples[] = {"(x: f64[2,3]) -> (y) { y = Tanh(x) }"};

}  // namespace

extern const OpGrad kGrad_Sin;
constinit const OpGrad kGrad_Sin = {.name = "Sin", .rule = sin, .samples = kSinSamples};
extern const OpGrad kGrad_Cos;
constinit const OpGrad kGrad_Cos = {.name = "Cos", .rule = cos, .samples = kCosSamples};
extern const OpGrad kGrad_Tanh;
constinit const OpGrad kGrad_Tanh = {.name = "Tanh", .rule = tanh, .samples = kTanhSamples};

}  // namespace mote
