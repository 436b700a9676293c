// The gradient of Gemm, y = alpha A' B' + beta C, where A' and B' may be transposed: alpha G B'^T,
// and alpha A'^T G, each transposed where its matrix was.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

void gemm(Backward& b) {
  const std::int64_t ta = b.integer_of("transA", 0) != 0 ? 1 : 0;
  const std::int64_t tb = b.integer_of("transB", 0) != 0 ? 1 : 0;
  const auto alpha = static_cast<float>(b.real_of("alpha", 1));
  const ValueId g = b.grad();
  const auto product = [&](ValueId x, std::int64_t tx, ValueId y, std::int64_t ty) {
    return b.add("Gemm", {x, y}, {{"transA", tx}, {"transB", ty}, {"alpha", alpha}});
  };
  if (b.wants(0)) {
    b.give(0, ta != 0 ? product(b.in(1), tb, g, 1) : product(g, 0, b.in(1), 1 - tb));
  }
  if (b.wants(1)) {
    b.give(1, tb != 0 ? product(g, 1, b.in(0), ta) : product(b.in(0), 1 - ta, g, 0));
  }
  b.give_summed(2, [&] { return b.mul(g, b.scalar_like(g, b.real_of("beta", 1))); });
}

constexpr std::string_view kGemmSamples[] = {
    "(a: f64[2,3], b: f64[3,4], c: f64[4]) -> (y) { y = Gemm(a, b, c) {alpha=0.5, beta=2.0} }",
    "(a: f64[3,2], b: f64[3,4]) -> (y) { y = Gemm(a, b) {transA=1} }",
    "(a: f64[2,3], b: f64[4,3], c: f64[2,1]) -> (y) { y = Gemm(a, b, c) {transB=1} }",
    "(a: f64[3,2], b: f64[4,3], c: f64[]) -> (y) { y = Gemm(a, b, c) {transA=1, transB=1} }",
};

}  // namespace

extern const OpGrad kGrad_Gemm;
constinit const OpGrad kGrad_Gemm = {.name = "Gemm", .rule = gemm, .samples = kGemmSamples};

}  // namespace mote
