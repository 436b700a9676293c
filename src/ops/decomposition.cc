#include "ops/decomposition.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/convert.h"

namespace mote {

ValueId Decomposition::in(std::size_t i) const {
  const auto inputs = node().declared_inputs();
  return i < inputs.size() ? inputs[i] : ValueId::kNone;
}

std::vector<ValueId> Decomposition::add_graph(const Graph& inner, std::span<const ValueId> inputs) {
  std::map<ValueId, ValueId> outer{{ValueId::kNone, ValueId::kNone}};
  for (std::size_t i = 0; i < inner.inputs.size(); ++i) outer[inner.inputs[i]] = inputs[i];
  for (const Capture& c : inner.captures) {
    const auto first = static_cast<std::size_t>(node().first_captured());
    outer[c.inner] = node().inputs[first + static_cast<std::size_t>(c.index)];
  }
  const auto read = [&](ValueId value) {
    const auto [it, added] = outer.try_emplace(value, ValueId::kNone);
    if (added) it->second = constant(inner.value(value).constant);
    return it->second;
  };
  for (NodeId id = inner.first_node(); id != NodeId::kNone; id = inner.next_node(id)) {
    if (!status()) break;
    Node copy = inner.node(id);
    for (ValueId& v : copy.inputs) v = read(v);
    for (ValueId& v : copy.outputs) {
      if (v == ValueId::kNone) continue;
      v = outer[v] = graph_.add_value(inner.value(v).name, inner.value(v).type);
    }
    if (Status s = inference_.infer(graph_.add_node(std::move(copy), id_)); !s) {
      fail(std::move(s).error());
    }
  }
  std::vector<ValueId> outputs;
  for (const GraphOutput& output : inner.outputs) {
    outputs.push_back(status() ? read(output.value) : ValueId::kNone);
  }
  return outputs;
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

}  // namespace

Result<std::vector<ValueId>> decompose_node(Graph& graph, NodeId id, TypeInference& inference) {
  return decompose_node(graph, id, inference, graph.node(id).op->decompose);
}

Result<std::vector<ValueId>> decompose_node(Graph& graph, NodeId id, TypeInference& inference,
                                            Status (*decompose)(Decomposition&)) {
  MOTE_TRY(inference.infer(id));  // which checks what decomposing relies on
  const std::size_t slots = graph.node_slots();
  Decomposition d(graph, id, inference);
  Status status = decompose(d);
  for (std::size_t i = 0; status && i < d.results().size(); ++i) {
    if (d.results()[i] != ValueId::kNone || !d.wants(i)) continue;
    status = Error{Code::kInternal, cat("has no output ", i)};
  }
  if (!status) {
    drop_nodes(graph, slots);
    return std::move(status).error().with_context(describe(graph, graph.node(id)));
  }
  const std::vector<ValueId> outputs = graph.node(id).outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i] != ValueId::kNone) graph.replace_uses(outputs[i], d.results()[i]);
  }
  graph.erase_node(id);
  return std::vector<ValueId>(d.results().begin(), d.results().end());
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
