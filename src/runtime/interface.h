// What a model takes and gives, as its graph tells.
#pragma once
#include "ir/graph.h"
#include "mote/model.h"

namespace mote {

TensorInfo describe_input(const Graph& graph, ValueId input);
TensorInfo describe_output(const Graph& graph, const GraphOutput& output);

}  // namespace mote
