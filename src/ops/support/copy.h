// Copying elements of any dtype, strings among them.
#pragma once
#include "ir/step.h"

namespace mote {

// All elements of `from` to `to`, in row-major order.
// Errors: kInvalidArgument, if the dtypes or the numbers of elements differ.
Status copy_elements(const TensorView& from, const MutTensorView& to);

// `count` elements from index `from_index` of `from` to index `to_index` of `to`.
// Requires: both ranges are inside.
void copy_range(const TensorView& from, std::int64_t from_index, const MutTensorView& to,
                std::int64_t to_index, std::int64_t count);

// `count` elements of `to` from index `to_index` on become from[from_index].
// Requires: all are inside; from[from_index] is not among them.
void fill_range(const TensorView& from, std::int64_t from_index, const MutTensorView& to,
                std::int64_t to_index, std::int64_t count);

// All elements of `to` become 0, false or an empty string.
void fill_zero(const MutTensorView& to);

}  // namespace mote
