#include "ops/decomposition.h"

#include <algorithm>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/convert.h"

namespace mote {

ValueId Decomposition::in(std::size_t i) const {
  const auto inputs = node().declared_inputs();
  return i < inputs.size() ? inputs[i] : ValueId::kNone;
}

void Decomposition::yield(std::size_t i, ValueId value) {
  if (i < results_.size()) results_[i] = value;
}

Status infer_by_decomposing(Status (*decompose)(Decomposition&), const InferArgs& args) {
  Graph graph;
  TypeInference inference(graph);
  Node node;
  node.name = "composite";
  // Lives as long as the arguments do; the graph goes before.
  node.params = std::shared_ptr<const OpParams>(std::shared_ptr<const OpParams>(), args.op_params);
  for (const InputInfo& info : args.in) {
    if (!info.present) {
      node.inputs.push_back(ValueId::kNone);
      continue;
    }
    const ValueId value = graph.add_input("in", info.type);
    inference.learn(value, info.constant);
    node.inputs.push_back(value);
  }
  for (std::size_t i = 0; i < args.output_count; ++i) {
    node.outputs.push_back(graph.add_value("out"));
  }
  const NodeId id = graph.add_node(std::move(node));
  Decomposition d(graph, id, inference);
  if (Status s = decompose(d); !s) {
    // Less is known than it needs: nothing follows.
    if (s.error().code == Code::kUnsupported) return {};
    return s;
  }
  for (std::size_t i = 0; i < args.output_count; ++i) {
    if (d.results()[i] != ValueId::kNone) args.out[i] = inference.known(d.results()[i]);
  }
  return {};
}

namespace {

// What a decomposition that failed has added from slot `first` on.
void drop_nodes(Graph& graph, std::size_t first) {
  for (std::size_t slot = graph.node_slots(); slot-- > first;) {
    const auto id = static_cast<NodeId>(slot);
    if (!graph.node(id).op_type.empty()) graph.erase_node(id);  // else it is erased already
  }
}

// Values that the composite's nodes make are known by the names of its outputs.
void replace_outputs(Graph& graph, NodeId id, std::span<const ValueId> results,
                     std::size_t first_made) {
  const std::vector<ValueId> outputs = graph.node(id).outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i] == ValueId::kNone) continue;
    graph.replace_uses(outputs[i], results[i]);
    const NodeId producer = graph.value(results[i]).producer;
    const bool made = producer != NodeId::kNone && static_cast<std::size_t>(producer) >= first_made;
    if (made) graph.swap_names(outputs[i], results[i]);
  }
  graph.erase_node(id);
}

}  // namespace

Result<std::vector<ValueId>> decompose_node(Graph& graph, NodeId id, TypeInference& inference) {
  const std::size_t slots = graph.node_slots();
  Decomposition d(graph, id, inference);
  Status status = graph.node(id).op->decompose(d);
  for (std::size_t i = 0; status && i < d.results().size(); ++i) {
    if (d.results()[i] != ValueId::kNone || !d.wants(i)) continue;
    status = Error{Code::kInternal, cat("has no output ", i)};
  }
  if (!status) {
    drop_nodes(graph, slots);
    return std::move(status).error().with_context(describe(graph, graph.node(id)));
  }
  std::vector<ValueId> results(d.results().begin(), d.results().end());
  replace_outputs(graph, id, results, slots);
  return results;
}

namespace {

class Decomposer {
 public:
  Decomposer(Graph& graph, Undecomposed undecomposed)
      : graph_(graph), inference_(graph), undecomposed_(undecomposed) {}

  Status run() {
    for (const NodeId id : graph_.node_ids()) MOTE_TRY(visit(id));
    return {};
  }

 private:
  Status visit(NodeId id) {
    const OpDef* op = graph_.node(id).op;
    if (op == nullptr || op->decompose == nullptr) return inference_.infer(id);
    const std::size_t slots = graph_.node_slots();
    if (auto made = decompose_node(graph_, id, inference_); !made) {
      const bool may_stay = undecomposed_ == Undecomposed::kStay;
      if (may_stay && made.error().code == Code::kUnsupported) return inference_.infer(id);
      return std::move(made).error();
    }
    // Composites may be made of composites.
    const std::size_t end = graph_.node_slots();
    for (std::size_t slot = slots; slot < end; ++slot) {
      MOTE_TRY(visit(static_cast<NodeId>(slot)));
    }
    return {};
  }

  Graph& graph_;
  TypeInference inference_;
  Undecomposed undecomposed_;
};

}  // namespace

Status decompose_all(Graph& graph, Undecomposed undecomposed) {
  return Decomposer(graph, undecomposed).run();
}

}  // namespace mote
