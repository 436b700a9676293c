// The gradient of Sigmoid: y (1 - y).
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void sigmoid(Backward& b) {
  const ValueId y = b.out(0);
  const ValueId slope = b.mul(y, b.sub(b.scalar_like(y, 1), y));
  b.give(0, b.mul(b.grad(), slope));
}

constexpr std::string_view kSigmoidSamples[] = {"(x: f64[2,3]) -> (y) { y = Sigmoid(x) }"};

}  // namespace

extern const OpGrad kGrad_Sigmoid;
constinit const OpGrad kGrad_Sigmoid = {
    .name = "Sigmoid", .rule = sigmoid, .samples = kSigmoidSamples};

}  // namespace mote
