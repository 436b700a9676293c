// Reverse-mode differentiation: from a graph that computes y the nodes that compute how y changes
// with some of its values.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ir/inference.h"

namespace mote {

struct GradientRequest {
  ValueId y;
  std::vector<ValueId> xs;        // of f16, bf16, f32 or f64, as y
  NodeId before = NodeId::kNone;  // where nodes are added; what makes y stands before it
  ValueId seed = ValueId::kNone;  // weights of y's elements, of its sizes; kNone: all are 1
  std::string name = "gradient";  // what the names of nodes and values begin with
};

// For each x the gradient of the sum of seed * y, of x's sizes; kNone if y does not depend on it.
// Gradients do not flow through one x to another. inference: of `graph`, with the nodes before
// `before` inferred.
// Errors: kUnsupported: an operator on the way that has no gradient, naming the node; an element
// type that is no float.
Result<std::vector<ValueId>> add_gradients(Graph& graph, TypeInference& inference,
                                           const GradientRequest& request);

}  // namespace mote
