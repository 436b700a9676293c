#include "ops/ml/rows.h"

#include "base/text.h"

namespace mote::ml {
namespace {

Error bad_rank(int rank) {
  return {Code::kInvalidArgument, cat("X has rank ", rank, ", not 1 or 2")};
}

}  // namespace

Result<Rows> rows_of(const Dims& dims) {
  if (dims.rank() == 1) return Rows{1, dims[0]};
  if (dims.rank() != 2) return bad_rank(dims.rank());
  return Rows{dims[0], dims[1]};
}

Result<RowShape> row_shape(const TensorType& type) {
  if (!type.shape) return RowShape{};
  const Shape& shape = *type.shape;
  if (shape.size() == 1) return RowShape{1, shape[0]};
  if (shape.size() != 2) return bad_rank(type.rank());
  return RowShape{shape[0], shape[1]};
}

}  // namespace mote::ml
