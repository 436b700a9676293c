// A call of a model-local function becomes the function's nodes.
#pragma once
#include "base/result.h"
#include "ir/graph.h"

namespace mote::onnx {

// Puts copies of the nodes of `body` where node `call` was; they make the call's outputs. New names
// begin with the call's. `graph` is of no use after an error.
// Requires: the call has no more inputs than `body`.
// Errors: kInvalidArgument: outputs that the body has not, an absent input that it needs.
Status inline_call(Graph& graph, NodeId call, const Graph& body);

}  // namespace mote::onnx
