// Which values of a graph are integers that stand for numbers.
#pragma once
#include <unordered_map>

#include "format/tflite/write/spec.h"
#include "ir/graph.h"

namespace mote::tfl::write {

// By QuantizeLinear and DequantizeLinear with constant scales, and through what only moves
// elements. Where two say different things of one value, the first holds.
using Grids = std::unordered_map<ValueId, Grid>;
Grids find_grids(const Graph& graph);

// What QuantizeLinear or DequantizeLinear says; nullopt: its scale is computed, in blocks or of
// another element type than f32, or the integers are of a type that TensorFlow Lite does not
// quantize.
std::optional<Grid> grid_stated_by(const Graph& graph, const Node& node);

bool is_onnx(const Node& node, std::string_view op_type);
// Output 0 has elements of input 0, wherever they are. Scales per index of an axis do not outlast
// it.
bool only_moves(const Node& node);

}  // namespace mote::tfl::write
