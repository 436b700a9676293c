#include "ops/gradient/expand_gradient.h"

#include "base/result.h"
#include "ops/decomposition.h"

namespace mote {

Status expand_gradient(Graph& graph, NodeId id, TypeInference& types) {
  const OpDef* op = graph.node(id).op;
  const bool gradient = op != nullptr && op->name == "Gradient" && op->decompose != nullptr;
  if (!gradient) return types.infer(id);
  if (auto made = decompose_node(graph, id, types); !made) return std::move(made).error();
  return {};
}

}  // namespace mote
