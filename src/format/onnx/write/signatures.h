// What each version of an ONNX operator takes: how old an opset may be for a node.
#pragma once
#include "ir/graph.h"
#include "ops/onnx_op.h"

namespace mote::onnx {

// The oldest version of `op` in which `node`, which is as the newest has it, means the same: no
// upgrade comes after it, and it has the node's attributes, arguments and types. Unknown types are
// taken for ones that it has.
int oldest_version(const Graph& graph, const Node& node, const OnnxOp& op);

}  // namespace mote::onnx
