#include "ops/matmul/matmul_sizes.h"

#include <algorithm>

#include "base/text.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

Shape batch_shape(const Shape& shape) {
  return Shape(shape.begin(), shape.size() > 2 ? shape.end() - 2 : shape.begin());
}

Status check_inner(const Shape& a, const Shape& b) {
  const Dim& x = a.back();
  const Dim& y = b.size() > 1 ? b[b.size() - 2] : b.back();
  if (!x.known() || !y.known() || x.size() == y.size()) return {};
  return Error{Code::kInvalidArgument,
               cat("A has ", x.size(), " columns, B has ", y.size(), " rows")};
}

}  // namespace

Dims batch_of(const Dims& dims) {
  const int rank = std::max(dims.rank() - 2, 0);
  return Dims(std::span(dims.begin(), static_cast<std::size_t>(rank)));
}

MatMulSizes matmul_sizes(const Dims& a, const Dims& b) {
  MatMulSizes s;
  s.m = a.rank() > 1 ? a[a.rank() - 2] : 1;
  s.k = a[a.rank() - 1];
  s.n = b.rank() > 1 ? b[b.rank() - 1] : 1;
  s.batch = *broadcast_dims(batch_of(a), batch_of(b));
  s.a_strides = broadcast_strides(batch_of(a), s.batch);
  s.b_strides = broadcast_strides(batch_of(b), s.batch);
  return s;
}

Result<Shape> matmul_shape(const Shape& a, const Shape& b) {
  if (a.empty() || b.empty()) return Error{Code::kInvalidArgument, "an operand has rank 0"};
  MOTE_TRY(check_inner(a, b));
  MOTE_ASSIGN(Shape out, broadcast_shapes(batch_shape(a), batch_shape(b)));
  if (a.size() > 1) out.push_back(a[a.size() - 2]);
  if (b.size() > 1) out.push_back(b.back());
  return out;
}

}  // namespace mote
