#include "lower/layout.h"

#include "passes/rewrite.h"

namespace mote {

Permutation inverse(const Permutation& p) {
  Permutation out(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    out[static_cast<std::size_t>(p[i])] = static_cast<std::int64_t>(i);
  }
  return out;
}

TransposedValue look_through_transpose(const Graph& graph, ValueId value) {
  const NodeId producer = producer_if(graph, value, "Transpose");
  if (producer == NodeId::kNone) return {};
  const Node& node = graph.node(producer);
  Permutation perm = integers_of(node, "perm");
  if (perm.empty()) return {};
  return {node.inputs[0], std::move(perm)};
}

bool moves_elements(const TensorType& type, const Permutation& perm) {
  if (!type.shape || type.shape->size() != perm.size()) return true;
  std::int64_t last = -1;  // the input's axes that are longer than 1 must keep their order
  for (const std::int64_t axis : perm) {
    const Dim& size = (*type.shape)[static_cast<std::size_t>(axis)];
    if (size.known() && size.size() == 1) continue;
    if (axis < last) return true;
    last = axis;
  }
  return false;
}

}  // namespace mote
