// The gradients of operators that only change sizes: back to the input's.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void reshape(Backward& b) {
  const ValueId shape = b.shape_of(b.in(0));
  b.give(0, b.add("Reshape", {b.grad(), shape}, {{"allowzero", std::int64_t{1}}}));
}

constexpr std::string_view kFlattenSamples[] = {
    "(x: f64[2,3,2]) -> (y) { f = Flatten(x) {axis=2} y = Mul(f, f) }",
};
constexpr std::string_view kReshapeSamples[] = {
    "(x: f64[2,3]) -> (y) { s: s64[2] = {3, -1} r = Reshape(x, s) y = MatMul(x, r) }",
};
constexpr std::string_view kSqueezeSamples[] = {
    "(x: f64[2,1,3]) -> (y) { a: s64[1] = {1} s = Squeeze(x, a) y = Mul(s, s) }",
};
constexpr std::string_view kUnsqueezeSamples[] = {
    "(x: f64[2,3]) -> (y) { a: s64[2] = {0, -1} u = Unsqueeze(x, a) y = Mul(u, u) }",
};

}  // namespace

extern const OpGrad kGrad_Flatten;
constinit const OpGrad kGrad_Flatten = {
    .name = "Flatten", .rule = reshape, .samples = kFlattenSamples};
extern const OpGrad kGrad_Reshape;
constinit const OpGrad kGrad_Reshape = {
    .name = "Reshape", .rule = reshape, .samples = kReshapeSamples};
extern const OpGrad kGrad_Squeeze;
constinit const OpGrad kGrad_Squeeze = {
    .name = "Squeeze", .rule = reshape, .samples = kSqueezeSamples};
extern const OpGrad kGrad_Unsqueeze;
constinit const OpGrad kGrad_Unsqueeze = {
    .name = "Unsqueeze", .rule = reshape, .samples = kUnsqueezeSamples};

}  // namespace mote
