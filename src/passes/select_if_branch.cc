// If with a constant condition becomes the nodes of its branch.
#include <map>

#include "base/check.h"
#include "ir/inference.h"
#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

// Copies a branch into the graph around it, before its node.
class Inliner {
 public:
  Inliner(Graph& graph, NodeId at, const Graph& branch) : graph_(graph), at_(at), branch_(branch) {}

  // The values of the branch's outputs, in the graph around it.
  Result<std::vector<ValueId>> run() {
    const Node& node = graph_.node(at_);
    for (const Capture& c : branch_.captures) {
      map_[c.inner] = node.inputs[static_cast<std::size_t>(node.first_captured() + c.index)];
    }
    for (NodeId id = branch_.first_node(); id != NodeId::kNone; id = branch_.next_node(id)) {
      MOTE_TRY(add(branch_.node(id)));
    }
    std::vector<ValueId> outputs;
    for (const GraphOutput& output : branch_.outputs) outputs.push_back(read(output.value));
    return outputs;
  }

 private:
  // Captured, made by a node that was copied, or a constant.
  ValueId read(ValueId inner) {
    if (inner == ValueId::kNone) return inner;
    if (const auto it = map_.find(inner); it != map_.end()) return it->second;
    const Value& value = branch_.value(inner);
    MOTE_CHECK(value.constant);
    const ValueId outer = graph_.add_constant(value.name, value.constant);
    graph_.value(outer).external = value.external;
    return map_[inner] = outer;
  }

  ValueId make(ValueId inner) {
    if (inner == ValueId::kNone) return inner;
    const Value& value = branch_.value(inner);
    return map_[inner] = graph_.add_value(value.name, value.type);
  }

  Status add(Node node) {
    for (ValueId& v : node.inputs) v = read(v);
    for (ValueId& v : node.outputs) v = make(v);
    return TypeInference(graph_).infer(graph_.add_node(std::move(node), at_));
  }

  Graph& graph_;
  NodeId at_;
  const Graph& branch_;
  std::map<ValueId, ValueId> map_;
};

// Null if the condition is not known.
GraphPtr chosen_branch(const Graph& graph, const Node& node) {
  if (!graph.is_constant(node.inputs[0])) return nullptr;
  const Tensor& condition = graph.value(node.inputs[0]).constant;
  if (condition.dtype() != DType::kBool || condition.count() != 1) return nullptr;
  const bool taken = condition.values<bool>()[0];
  const AttributeValue* branch = node.attributes.find(taken ? "then_branch" : "else_branch");
  const auto* found = branch ? std::get_if<GraphPtr>(branch) : nullptr;
  return found ? *found : nullptr;
}

void replace_outputs(Graph& graph, NodeId id, const std::vector<ValueId>& values) {
  const std::vector<ValueId> outputs = graph.node(id).outputs;
  for (std::size_t i = 0; i < outputs.size() && i < values.size(); ++i) {
    if (outputs[i] == ValueId::kNone) continue;
    replace_value(graph, outputs[i], values[i]);
  }
  graph.erase_node(id);
}

Result<bool> run(Graph& graph, const PassContext&) {
  bool changed = false;
  for (NodeId id = graph.first_node(); id != NodeId::kNone;) {
    const GraphPtr branch =
        is_op(graph.node(id), "If") ? chosen_branch(graph, graph.node(id)) : nullptr;
    const NodeId next = graph.next_node(id);
    if (branch) {
      const std::string where = describe(graph, graph.node(id));
      auto values = Inliner(graph, id, *branch).run();
      if (!values) return std::move(values).error().with_context(where);
      replace_outputs(graph, id, *values);
      changed = true;
    }
    id = next;
  }
  return changed;
}

}  // namespace

extern const Pass kSelectIfBranch;
constinit const Pass kSelectIfBranch = {
    .name = "select_if_branch",
    .doc = "Puts the branch that a constant condition chooses in the place of If.",
    .run = run,
};

}  // namespace mote
