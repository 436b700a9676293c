#include "architectures/builder.h"

#include "base/check.h"
#include "ir/inference.h"
#include "ops/ops.h"

namespace mote {

Builder::Builder(std::string name, std::uint64_t seed) : random_(seed) {
  model_.graph.name = std::move(name);
  model_.producer_name = "mote";
}

ValueId Builder::input(std::string name, DType dtype, const Dims& dims) {
  return model_.graph.add_input(std::move(name), Type(TensorType(dtype, dims)));
}

Dims Builder::dims(ValueId x) const { return *model_.graph.value(x).type.tensor.dims(); }

std::vector<ValueId> Builder::node(std::string_view op, std::vector<ValueId> inputs,
                                   Attributes attributes, int outputs) {
  Graph& graph = model_.graph;
  Node n;
  n.op_type = op;
  n.name = std::string(op) + "_" + std::to_string(graph.node_count());
  n.inputs = std::move(inputs);
  n.attributes = std::move(attributes);
  for (int i = 0; i < outputs; ++i) n.outputs.push_back(graph.add_value(n.name + "_y"));
  const Status bound = bind(n, all_ops());
  MOTE_CHECK(bound && n.op != nullptr);
  const std::vector<ValueId> made = n.outputs;
  const NodeId id = graph.add_node(std::move(n));
  MOTE_CHECK(TypeInference(graph).infer(id));
  return made;
}

ValueId Builder::one(std::string_view op, std::vector<ValueId> inputs, Attributes attributes) {
  return node(op, std::move(inputs), std::move(attributes))[0];
}

ValueId Builder::constant(std::string_view name, Tensor tensor) {
  return model_.graph.add_constant(std::string(name), std::move(tensor));
}

ValueId Builder::scalar(std::string_view name, float value) {
  return constant(name, Tensor::scalar(value));
}

ValueId Builder::integers(std::string_view name, std::vector<std::int64_t> values) {
  const Dims dims{static_cast<std::int64_t>(values.size())};
  return constant(name, Tensor::of<std::int64_t>(dims, values));
}

ValueId Builder::uniform(std::string_view name, const Dims& dims, float low, float high) {
  std::vector<float> values(static_cast<std::size_t>(dims.count()));
  for (float& v : values) v = random_.uniform(low, high);
  return constant(name, Tensor::of<float>(dims, values));
}

ModelDef Builder::finish(ValueId output, std::string name) {
  Graph& graph = model_.graph;
  graph.add_output({output, std::move(name), graph.value(output).type, {}});
  return std::move(model_);
}

}  // namespace mote
