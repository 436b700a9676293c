// The gradients of ReduceSum and ReduceMean: spread again over what was reduced.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

// Reduced dimensions come back as sizes of 1. Without axes either all are gone, and a scalar is
// left, or none.
ValueId spread(Backward& b) {
  const bool keeps = b.integer_of("keepdims", 1) != 0;
  const ValueId g = keeps || !b.has(1) ? b.grad() : b.add("Unsqueeze", {b.grad(), b.in(1)});
  return b.add("Expand", {g, b.shape_of(b.in(0))});
}

void sum(Backward& b) { b.give(0, spread(b)); }

void mean(Backward& b) {
  const auto count = [&](ValueId x) {
    const auto to = static_cast<std::int64_t>(b.dtype(b.in(0)));
    return b.add("Cast", {b.add("Size", {x})}, {{"to", to}});
  };
  b.give(0, b.mul(spread(b), b.div(count(b.out(0)), count(b.in(0)))));
}

#define MOTE_REDUCTIONS(Op)                                                       \
  "(x: f64[2,3,2]) -> (y) { s = " #Op "(x) y = Mul(s, s) }",                      \
      "(x: f64[2,3]) -> (y) { s = " #Op "(x) {keepdims=0} y = Mul(s, s) }",       \
      "(x: f64[2,3,2]) -> (y) { a: s64[2] = {0, -1} s = " #Op                     \
      "(x, a) {keepdims=0} y = Mul(s, s) }",                                      \
      "(x: f64[2,3]) -> (y) { a: s64[1] = {1} s = " #Op "(x, a) y = Div(x, s) }", \
      "(x: f64[2,3]) -> (y) { a: s64[0] = {} s = " #Op                            \
      "(x, a) {keepdims=0, noop_with_empty_axes=1} y = Mul(s, s) }",              \
      "(x: f64[2,3]) -> (y) { s = " #Op "(x) {noop_with_empty_axes=1} y = Mul(s, s) }"
constexpr std::string_view kSumSamples[] = {MOTE_REDUCTIONS(ReduceSum)};
constexpr std::string_view kMeanSamples[] = {MOTE_REDUCTIONS(ReduceMean)};
#undef MOTE_REDUCTIONS

}  // namespace

extern const OpGrad kGrad_ReduceSum;
constinit const OpGrad kGrad_ReduceSum = {.name = "ReduceSum", .rule = sum, .samples = kSumSamples};
extern const OpGrad kGrad_ReduceMean;
constinit const OpGrad kGrad_ReduceMean = {
    .name = "ReduceMean", .rule = mean, .samples = kMeanSamples};

}  // namespace mote
