// The sizes of batched matrix products, as numpy.matmul has them.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "ir/type.h"

namespace mote {

// Rank-1 operands are a row and a column.
struct MatMulSizes {
  std::int64_t m = 1, n = 1, k = 1;
  Dims batch;
  Dims a_strides, b_strides;  // matrices between neighbours along `batch`
};

// All but the last two.
Dims batch_of(const Dims& dims);
// Requires: shapes that matmul_shape takes.
MatMulSizes matmul_sizes(const Dims& a, const Dims& b);
// a: [batch..., M, K] or [K]; b: [batch..., K, N] or [K]. The product's: [batch..., M, N].
// Errors: kInvalidArgument.
Result<Shape> matmul_shape(const Shape& a, const Shape& b);

}  // namespace mote
