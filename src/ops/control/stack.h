// Tensors of equal size, one from each iteration, joined along a new axis.
#pragma once
#include <memory>
#include <vector>

#include "base/result.h"
#include "ir/compute.h"

namespace mote {

class Stack {
 public:
  // Errors: kInvalidArgument: no tensor, or of another dtype or size than those before;
  // kResourceExhausted.
  Status push(const Datum& datum, TensorAllocator& allocator);
  std::int64_t size() const { return std::ssize(tensors_); }

  // The tensors along new axis `axis` of the result, the last one first if `reversed`. With none,
  // a tensor of `type`, whose size along the axis is 0, as are sizes that are not known.
  // Errors: kInvalidArgument: an axis out of range; kUnsupported: none, and the type is unknown;
  // kResourceExhausted.
  Result<Datum> join(std::int64_t axis, bool reversed, const Type& type,
                     TensorAllocator& allocator) const;

 private:
  std::vector<Tensor> tensors_;
  std::vector<std::shared_ptr<const void>> charges_;  // of the list itself
};

// Element `index` along `axis` of a tensor, as a new one without that axis.
// Requires: both are inside. Errors: kResourceExhausted.
Result<Tensor> slice_along(const TensorView& x, int axis, std::int64_t index,
                           TensorAllocator& allocator);

// The type without dimension `axis`, and with one more. Unknown ranks stay.
// Errors: kInvalidArgument: an axis out of range.
Result<TensorType> without_axis(const TensorType& type, std::int64_t axis);
Result<TensorType> with_axis(const TensorType& type, std::int64_t axis, Dim size);

}  // namespace mote
