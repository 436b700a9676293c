#include "measure/parity/layout.h"

#include <array>

#include "ops/support/box.h"
#include "ops/support/strides.h"

namespace mote {
namespace {

// Axis i of the result is axis order[i] of what is moved.
std::array<int, 4> order_of(Layout layout) {
  if (layout == Layout::kToChannelsFirst) return {0, 3, 1, 2};
  return {0, 2, 3, 1};
}

Dims reordered(const Dims& dims, Layout layout) {
  Dims moved;
  for (const int axis : order_of(layout)) moved.push_back(dims[axis]);
  return moved;
}

}  // namespace

std::string_view base_name(std::string_view name) {
  if (name.ends_with(kChannelsFirstSuffix)) name.remove_suffix(kChannelsFirstSuffix.size());
  return name;
}

Dims in_layout(const Dims& dims, Layout layout) {
  return layout == Layout::kSame || dims.rank() != 4 ? dims : reordered(dims, layout);
}

Result<Tensor> in_layout(const Tensor& tensor, Layout layout) {
  if (layout == Layout::kSame) return tensor;
  const Dims dims = reordered(tensor.dims(), layout);
  const Dims strides = reordered(row_major_strides(tensor.dims()), layout);
  MOTE_ASSIGN(Tensor moved, Tensor::zeros(tensor.dtype(), dims));
  copy_box(dims, tensor.view(), {0, strides}, moved.mut(), placed_whole(dims));
  return moved;
}

std::optional<Layout> layout_between(std::string_view a_name, const Dims& a,
                                     std::string_view b_name, const Dims& b) {
  const bool a_first = a_name.ends_with(kChannelsFirstSuffix);
  const bool b_first = b_name.ends_with(kChannelsFirstSuffix);
  const bool is_first = a == in_layout(b, Layout::kToChannelsFirst);
  const bool is_last = a == in_layout(b, Layout::kToChannelsLast);
  if (a_first && !b_first && is_first) return Layout::kToChannelsFirst;
  if (b_first && !a_first && is_last) return Layout::kToChannelsLast;
  if (a == b) return Layout::kSame;
  if (is_first) return Layout::kToChannelsFirst;
  if (is_last) return Layout::kToChannelsLast;
  return std::nullopt;
}

}  // namespace mote
