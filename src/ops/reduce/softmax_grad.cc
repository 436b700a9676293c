// The gradients of Softmax, y (G - sum(y G)), and LogSoftmax, G - exp(y) sum(G); sums along `axis`.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

ValueId sum_along_axis(Backward& b, ValueId x) {
  return b.add("ReduceSum", {x, b.integers({b.integer_of("axis", -1)})});
}

void softmax(Backward& b) {
  const ValueId y = b.out(0);
  b.give(0, b.mul(y, b.sub(b.grad(), sum_along_axis(b, b.mul(y, b.grad())))));
}

void log_softmax(Backward& b) {
  const ValueId p = b.add("Exp", {b.out(0)});
  b.give(0, b.sub(b.grad(), b.mul(p, sum_along_axis(b, b.grad()))));
}

constexpr std::string_view kSoftmaxSamples[] = {
    "(x: f64[2,3]) -> (y) { y = Softmax(x) }",
    "(x: f64[2,3,2]) -> (y) { y = Softmax(x) {axis=1} }",
};
constexpr std::string_view kLogSoftmaxSamples[] = {
    "(x: f64[2,3]) -> (y) { y = LogSoftmax(x) }",
    "(x: f64[2,3]) -> (y) { y = LogSoftmax(x) {axis=0} }",
};

}  // namespace

extern const OpGrad kGrad_Softmax;
constinit const OpGrad kGrad_Softmax = {
    .name = "Softmax", .rule = softmax, .samples = kSoftmaxSamples};
extern const OpGrad kGrad_LogSoftmax;
constinit const OpGrad kGrad_LogSoftmax = {
    .name = "LogSoftmax", .rule = log_softmax, .samples = kLogSoftmaxSamples};

}  // namespace mote
