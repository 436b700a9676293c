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

TensorType Decomposition::type(ValueId value) const {
  return value == ValueId::kNone ? TensorType() : inference_.known(value).type.tensor;
}

int Decomposition::rank(ValueId value) {
  const int r = type(value).rank();
  if (r < 0) fail({Code::kUnsupported, "needs inputs whose ranks are known"});
  return std::max(r, 0);
}

const Tensor* Decomposition::constant(ValueId value) const {
  return inference_.value(value);
}

void Decomposition::fail(Error error) {
  if (status_) status_ = std::move(error);
}

std::vector<ValueId> Decomposition::add_many(std::size_t outputs, std::string_view op_type,
                                             std::vector<ValueId> inputs, Attributes attributes,
                                             std::string_view domain) {
  std::vector<ValueId> made(outputs, ValueId::kNone);
  if (!status_) return made;
  while (!inputs.empty() && inputs.back() == ValueId::kNone) inputs.pop_back();
  Node added;
  added.domain = domain;
  added.op_type = op_type;
  added.name = node().name.empty() ? std::string() : cat(node().name, "/", op_type);
  added.inputs = std::move(inputs);
  added.attributes = std::move(attributes);
  for (ValueId& v : made) v = graph_.add_value(cat(node().name, "/", op_type));
  added.outputs = made;
  Status status = bind(added, all_ops());
  if (status && added.op == nullptr) {
    status = Error{Code::kInternal, cat("there is no operator ", op_type)};
  }
  if (status) status = inference_.infer(graph_.add_node(std::move(added), id_));
  if (!status) fail(std::move(status).error());
  return made;
}

ValueId Decomposition::add(std::string_view op_type, std::vector<ValueId> inputs,
                           Attributes attributes, std::string_view domain) {
  return add_many(1, op_type, std::move(inputs), std::move(attributes), domain)[0];
}

std::vector<ValueId> Decomposition::add_graph(const Graph& inner, std::span<const ValueId> inputs) {
  std::map<ValueId, ValueId> outer{{ValueId::kNone, ValueId::kNone}};
  for (std::size_t i = 0; i < inner.inputs.size(); ++i) outer[inner.inputs[i]] = inputs[i];
  for (const Capture& c : inner.captures) {
    outer[c.inner] = node().inputs[static_cast<std::size_t>(node().first_captured() + c.index)];
  }
  const auto read = [&](ValueId value) {
    const auto [it, added] = outer.try_emplace(value, ValueId::kNone);
    if (added) it->second = constant(inner.value(value).constant);
    return it->second;
  };
  for (NodeId id = inner.first_node(); id != NodeId::kNone; id = inner.next_node(id)) {
    if (!status_) break;
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
    outputs.push_back(status_ ? read(output.value) : ValueId::kNone);
  }
  return outputs;
}

ValueId Decomposition::constant(Tensor tensor) {
  return graph_.add_constant(cat(node().name, "/constant"), std::move(tensor));
}

ValueId Decomposition::integers(std::vector<std::int64_t> values) {
  return constant(Tensor::of<std::int64_t>({std::ssize(values)}, values));
}

ValueId Decomposition::scalar_like(ValueId like, double value) {
  const DType to = dtype(like);
  if (!is_convertible(to)) {
    fail({Code::kUnsupported, "needs an input whose element type is a known number"});
    return ValueId::kNone;
  }
  Tensor scalar = *Tensor::zeros(to, {});
  convert_range(Tensor::scalar(value).view(), 0, scalar.mut(), 0, 1);
  return constant(std::move(scalar));
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
    Decomposition d(graph_, id, inference_);
    if (Status s = op->decompose(d); !s) {
      if (s.error().code == Code::kUnsupported && undecomposed_ == Undecomposed::kStay) {
        drop(slots);
        return inference_.infer(id);
      }
      return std::move(s).error().with_context(describe(graph_, graph_.node(id)));
    }
    const std::vector<ValueId> outputs = graph_.node(id).outputs;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i] == ValueId::kNone) continue;
      if (d.results()[i] == ValueId::kNone) {
        return Error{Code::kInternal, cat(describe(graph_, graph_.node(id)), " has no output ", i)};
      }
      graph_.replace_uses(outputs[i], d.results()[i]);
    }
    graph_.erase_node(id);
    // Composites may be made of composites.
    const std::size_t end = graph_.node_slots();
    for (std::size_t slot = slots; slot < end; ++slot) {
      MOTE_TRY(visit(static_cast<NodeId>(slot)));
    }
    return {};
  }

  // What a decomposition that failed has added from slot `first` on.
  void drop(std::size_t first) {
    for (std::size_t slot = graph_.node_slots(); slot-- > first;) {
      graph_.erase_node(static_cast<NodeId>(slot));
    }
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
