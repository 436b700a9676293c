#include "format/tflite/write/order.h"

#include <cstring>

#include "ops/support/strides.h"

namespace mote::tfl::write {

Result<Tensor> reordered(const Tensor& tensor, const Order& order) {
  if (is_as_is(order)) return tensor;
  const Dims strides = row_major_strides(tensor.dims());
  Dims dims, from;
  for (const int axis : order) {
    dims.push_back(tensor.dims()[axis]);
    from.push_back(strides[axis]);
  }
  MOTE_ASSIGN(Tensor made, Tensor::zeros(tensor.dtype(), dims));
  if (made.count() == 0) return made;
  const std::size_t size = tensor.bytes() / static_cast<std::uint64_t>(tensor.count());
  auto* to = static_cast<std::byte*>(made.mut().data);
  const auto* data = static_cast<const std::byte*>(tensor.data());
  for_each_offset<1>(dims, {from}, [&](const std::array<std::int64_t, 1>& at) {
    std::memcpy(to, data + static_cast<std::size_t>(at[0]) * size, size);
    to += size;
  });
  return made;
}

}  // namespace mote::tfl::write
