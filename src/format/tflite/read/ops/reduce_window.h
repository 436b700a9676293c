// Windows that slide over tensors of any rank, each of which becomes one element.
#pragma once
#include <string_view>
#include <vector>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

// One entry for each axis.
struct SlidingWindow {
  std::vector<std::int64_t> sizes, strides, dilations;
};

// The elements of each window and `initial`, a scalar, combined by the operator op_type, which is
// associative and commutative.
ValueId reduce_windows(OpReader& op, std::string_view op_type, ValueId x, ValueId initial,
                       const SlidingWindow& window);

}  // namespace mote::tfl
