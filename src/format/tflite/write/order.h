// Orders of axes.
#pragma once
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/result.h"
#include "mote/tensor.h"

namespace mote::tfl::write {

// Axis i of what is asked for is axis order[i] of the value.
using Order = std::vector<int>;

inline Order as_is(int rank) {
  Order order(static_cast<std::size_t>(rank));
  std::iota(order.begin(), order.end(), 0);
  return order;
}
inline bool is_as_is(const Order& order) { return std::ranges::is_sorted(order); }

// ONNX's [batch, channels, sizes...] as TensorFlow Lite has images.
inline Order channels_last(int rank) {
  Order order = as_is(rank);
  if (rank > 2) std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  return order;
}

// First `first`, then `second` of what that gives.
inline Order then(const Order& first, const Order& second) {
  Order order;
  for (const int axis : second) order.push_back(first[static_cast<std::size_t>(axis)]);
  return order;
}

inline Order inverse(const Order& order) {
  Order back(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    back[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  }
  return back;
}

// Where axis `axis` of the value is.
inline int position_of(const Order& order, int axis) {
  return static_cast<int>(std::ranges::find(order, axis) - order.begin());
}

// Requires: an entry for each axis.
template <class List>
List in_order(const List& list, const Order& order) {
  List made;
  for (const int axis : order) made.push_back(*(list.begin() + axis));
  return made;
}

// A copy with its axes in another order. Requires: elements of whole bytes.
Result<Tensor> reordered(const Tensor& tensor, const Order& order);

}  // namespace mote::tfl::write
