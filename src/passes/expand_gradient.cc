// Gradient nodes become the nodes of the gradient. They name values of the graph, so that this
// comes before all that renames or removes some.
#include <algorithm>

#include "ir/inference.h"
#include "ops/decomposition.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

bool is_gradient(const Node& node) { return is_op(node, "ai.onnx.preview.training.Gradient"); }

Result<bool> run(Graph& graph, const PassContext&) {
  const std::vector<NodeId> ids = graph.node_ids();
  const bool any = std::ranges::any_of(ids, [&](NodeId id) { return is_gradient(graph.node(id)); });
  if (!any) return false;
  TypeInference inference(graph);
  for (const NodeId id : ids) {
    if (is_gradient(graph.node(id))) {
      MOTE_TRY(decompose_node(graph, id, inference));
    } else {
      MOTE_TRY(inference.infer(id));
    }
  }
  return true;
}

}  // namespace

extern const Pass kExpandGradient;
constinit const Pass kExpandGradient = {
    .name = "expand_gradient",
    .doc = "Puts the gradients that Gradient nodes ask for in their places.",
    .run = run,
};

}  // namespace mote
