// Elements set apart by others.
#pragma once
#include <span>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

// x with dilations[i] - 1 elements `fill`, a scalar, between any two along axis i.
ValueId dilated(OpReader& op, ValueId x, std::span<const std::int64_t> dilations, ValueId fill);

}  // namespace mote::tfl
