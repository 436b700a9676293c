// The gradient of Transpose: transposed back.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void transpose(Backward& b) {
  const std::vector<std::int64_t> perm = b.integers_of("perm");
  if (perm.empty()) return b.give(0, b.add("Transpose", {b.grad()}));  // reversed, and back
  std::vector<std::int64_t> inverse(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i) {
    inverse[static_cast<std::size_t>(perm[i])] = static_cast<std::int64_t>(i);
  }
  b.give(0, b.add("Transpose", {b.grad()}, {{"perm", inverse}}));
}

constexpr std::string_view kTransposeSamples[] = {
    "(x: f64[2,3]) -> (y) { t = Transpose(x) y = MatMul(x, t) }",
    "(x: f64[2,3,4], w: f64[4,2,3]) -> (y) { t = Transpose(x) {perm=[2, 0, 1]} y = Mul(t, w) }",
};

}  // namespace

extern const OpGrad kGrad_Transpose;
constinit const OpGrad kGrad_Transpose = {
    .name = "Transpose", .rule = transpose, .samples = kTransposeSamples};

}  // namespace mote
