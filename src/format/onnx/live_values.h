// Which values of a graph a file has.
#pragma once
#include <vector>

#include "ir/graph.h"

namespace mote::onnx {

// What nodes make, inputs, captures, outputs, and constants that something reads or a caller may
// override. Other constants are not worth their bytes.
std::vector<bool> live_values(const Graph& graph);

}  // namespace mote::onnx
