// What a subgraph combines two elements by, where an operator of StableHLO has one for that.
#pragma once
#include <string_view>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

// The operator of ONNX that subgraph `index` consists of; empty: it returns its second input.
// Fails with kUnsupported if it is another.
std::string_view combiner_of_body(OpReader& op, std::int64_t index);

}  // namespace mote::tfl
