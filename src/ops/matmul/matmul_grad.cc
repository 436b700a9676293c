// The gradient of MatMul: G B^T and A^T G, summed over batches that were broadcast.
#include <numeric>

#include "ops/gradient/backward.h"

namespace mote {
namespace {

// The last two dimensions change places.
ValueId transposed(Backward& b, ValueId x) {
  std::vector<std::int64_t> perm(static_cast<std::size_t>(b.rank(x)));
  if (perm.size() < 2) return x;
  std::iota(perm.begin(), perm.end(), std::int64_t{0});
  std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  return b.add("Transpose", {x}, {{"perm", perm}});
}

// A vector on the left is a row, on the right a column; the product lacks its dimension.
void matmul(Backward& b) {
  ValueId left = b.in(0), right = b.in(1), g = b.grad();
  if (b.rank(right) == 1) {
    right = b.add("Unsqueeze", {right, b.integers({1})});
    g = b.add("Unsqueeze", {g, b.integers({-1})});
  }
  if (b.rank(left) == 1) {
    left = b.add("Unsqueeze", {left, b.integers({0})});
    g = b.add("Unsqueeze", {g, b.integers({-2})});
  }
  const auto give = [&](std::size_t i, ValueId matrix, ValueId x, ValueId y) {
    const ValueId summed = b.sum_to(b.add("MatMul", {x, y}), matrix);
    b.give(i, matrix == b.in(i) ? summed : b.add("Reshape", {summed, b.shape_of(b.in(i))}));
  };
  if (b.wants(0)) give(0, left, g, transposed(b, right));
  if (b.wants(1)) give(1, right, transposed(b, left), g);
}

constexpr std::string_view kMatMulSamples[] = {
    "(a: f64[2,3], b: f64[3,4]) -> (y) { y = MatMul(a, b) }",
    "(a: f64[2,1,2,3], b: f64[2,3,2]) -> (y) { y = MatMul(a, b) }",
    "(a: f64[3], b: f64[3]) -> (y) { y = MatMul(a, b) }",
    "(a: f64[3], b: f64[2,3,2]) -> (y) { y = MatMul(a, b) }",
    "(a: f64[2,2,3], b: f64[3]) -> (y) { y = MatMul(a, b) }",
    "(a: f64[2,2]) -> (y) { y = MatMul(a, a) }",
};

}  // namespace

extern const OpGrad kGrad_MatMul;
constinit const OpGrad kGrad_MatMul = {.name = "MatMul", .rule = matmul, .samples = kMatMulSamples};

}  // namespace mote
