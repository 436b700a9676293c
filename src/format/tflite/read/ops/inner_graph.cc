#include "format/tflite/read/ops/inner_graph.h"

#include "base/text.h"
#include "ops/ops.h"

namespace mote::tfl {

ValueId InnerGraph::add_input(const std::string& name, TensorType type) {
  return graph_.add_input(name, std::move(type));
}

ValueId InnerGraph::add_captured(int index, ValueId outer) {
  const Value& from = op_.graph().value(outer);
  const ValueId inner = graph_.add_value(from.name, op_.type(outer));
  graph_.captures.push_back({index, inner});
  if (const Tensor* known = op_.constant(outer)) inference_.learn(inner, *known);
  return inner;
}

Result<std::vector<ValueId>> InnerGraph::call(std::int64_t index, std::span<const ValueId> inputs) {
  SubgraphReader& around = op_.subgraph();
  MOTE_ASSIGN(SubgraphReader reader, SubgraphReader::open(around.context(), index, graph_,
                                                          inference_, around.depth() + 1));
  MOTE_TRY(reader.bind_inputs(inputs));
  MOTE_TRY(reader.read_operators());
  return reader.output_values();
}

Status InnerGraph::add_output(ValueId value) {
  if (graph_.value(value).producer == NodeId::kNone || graph_.is_output(value)) {
    NodeWriter w = writer();
    value = w.add("Identity", {value});
    MOTE_TRY(w.status());
  }
  graph_.add_output({value, graph_.value(value).name, inference_.known(value).type, {}});
  return {};
}

Result<std::vector<ValueId>> add_holder(OpReader& op, Node node, std::size_t outputs) {
  for (std::size_t i = 0; i < outputs; ++i) {
    node.outputs.push_back(op.graph().add_value(cat(node.name, "/", node.op_type)));
  }
  std::vector<ValueId> made = node.outputs;
  MOTE_TRY(bind(node, all_ops()));
  MOTE_TRY(op.inference().infer(op.graph().add_node(std::move(node))));
  return made;
}

}  // namespace mote::tfl
