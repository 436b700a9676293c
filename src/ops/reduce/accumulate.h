// The type that sums and products of elements are computed in.
#pragma once
#include <type_traits>

#include "ops/support/convert.h"
#include "ops/support/element.h"

namespace mote {

// f64 for reals; for integers 64 bits without sign, where nothing overflows and conversion back
// wraps.
template <class T>
using Wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, double>;

template <class T>
Wide<T> widened(T x) {
  return static_cast<Wide<T>>(static_cast<Compute<T>>(x));
}

template <class T>
T narrowed(Wide<T> x) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(x);
  } else {
    return rounded<T>(x);
  }
}

}  // namespace mote
