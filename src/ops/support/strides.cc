#include "ops/support/strides.h"

#include <algorithm>

#include "base/text.h"

namespace mote {

Dims row_major_strides(const Dims& dims) {
  Dims strides = dims;
  std::int64_t stride = 1;
  for (int i = dims.rank() - 1; i >= 0; --i) {
    strides[i] = stride;
    stride *= dims[i];
  }
  return strides;
}

Dims broadcast_strides(const Dims& from, const Dims& to) {
  const Dims own = row_major_strides(from);
  Dims strides = to;
  const int shift = to.rank() - from.rank();
  for (int i = 0; i < to.rank(); ++i) {
    strides[i] = i < shift || from[i - shift] == 1 ? 0 : own[i - shift];
  }
  return strides;
}

Result<Shape> broadcast_shapes(const Shape& a, const Shape& b) {
  Shape out(std::max(a.size(), b.size()));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Dim one = 1;
    const Dim& x = i < a.size() ? a[a.size() - 1 - i] : one;
    const Dim& y = i < b.size() ? b[b.size() - 1 - i] : one;
    Dim& z = out[out.size() - 1 - i];
    if (x == one) {
      z = y;
    } else if (y == one || x.same(y)) {
      z = x;
    } else if (x.known() && y.known()) {
      return Error{Code::kInvalidArgument,
                   cat("shapes ", to_string(TensorType(DType::kUndefined, a)), " and ",
                       to_string(TensorType(DType::kUndefined, b)), " do not broadcast")};
    } else if (x.known() || y.known()) {
      z = x.known() ? x : y;
    }
  }
  return out;
}

Result<Dims> broadcast_dims(const Dims& a, const Dims& b) {
  MOTE_ASSIGN(const Shape shape,
              broadcast_shapes(Shape(a.begin(), a.end()), Shape(b.begin(), b.end())));
  Dims dims;
  for (const Dim& d : shape) dims.push_back(d.size());
  return dims;
}

}  // namespace mote
