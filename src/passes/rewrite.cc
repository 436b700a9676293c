#include "passes/rewrite.h"

#include "base/check.h"
#include "base/text.h"
#include "ir/inference.h"

namespace mote {
namespace {

struct OpName {
  std::string_view domain;
  std::string_view type;
};

OpName parse_op_name(std::string_view op) {
  const auto dot = op.rfind('.');
  if (dot == std::string_view::npos) return {"", op};
  return {op.substr(0, dot), op.substr(dot + 1)};
}

}  // namespace

Result<ValueId> NodeAdder::add(std::string_view op, std::vector<ValueId> inputs,
                               Attributes attributes, std::string_view name) {
  const OpName op_name = parse_op_name(op);
  Node node;
  node.domain = op_name.domain;
  node.op_type = op_name.type;
  node.name = name;
  node.inputs = std::move(inputs);
  node.attributes = std::move(attributes);
  node.outputs = {ValueId::kNone};  // counted by bind; named once the operator is known
  if (Status bound = bind(node, ops_); !bound) {
    return std::move(bound).error().with_context(cat("node '", name, "' (", op, ")"));
  }
  if (node.op == nullptr) return Error{Code::kInternal, cat("there is no operator ", op)};
  const ValueId out = graph_.add_value(std::string(name));
  node.outputs = {out};
  const NodeId id = graph_.add_node(std::move(node), before_);
  MOTE_TRY(TypeInference(graph_).infer(id));
  return out;
}

bool is_op(const Node& node, std::string_view op) {
  if (node.op == nullptr) return false;
  const OpName wanted = parse_op_name(op);
  return node.op->name == wanted.type && node.op->domain == wanted.domain;
}

NodeId producer_if(const Graph& graph, ValueId value, std::string_view op) {
  if (value == ValueId::kNone) return NodeId::kNone;
  const NodeId producer = graph.value(value).producer;
  return producer != NodeId::kNone && is_op(graph.node(producer), op) ? producer : NodeId::kNone;
}

void replace_value(Graph& graph, ValueId from, ValueId to) {
  if (graph.value(to).producer != NodeId::kNone) {
    auto both = merge(graph.value(to).type, graph.value(from).type);
    if (both) graph.value(to).type = *std::move(both);
  }
  graph.replace_uses(from, to);
}

void replace_node(Graph& graph, NodeId node, ValueId value) {
  const ValueId out = graph.node(node).outputs[0];
  for (std::size_t i = 1; i < graph.node(node).outputs.size(); ++i) {
    const ValueId other = graph.node(node).outputs[i];
    MOTE_CHECK(other == ValueId::kNone || graph.unused(other));
  }
  if (out != ValueId::kNone) replace_value(graph, out, value);
  graph.erase_node(node);
}

std::vector<std::int64_t> integers_of(const Node& node, std::string_view attribute,
                                      std::vector<std::int64_t> fallback) {
  const AttributeValue* value = node.attributes.find(attribute);
  const auto* integers = value ? std::get_if<std::vector<std::int64_t>>(value) : nullptr;
  if (integers != nullptr) return *integers;
  return fallback;
}

std::int64_t integer_of(const Node& node, std::string_view attribute, std::int64_t fallback) {
  const AttributeValue* value = node.attributes.find(attribute);
  const auto* integer = value ? std::get_if<std::int64_t>(value) : nullptr;
  return integer ? *integer : fallback;
}

std::optional<float> scalar_f32(const Graph& graph, ValueId value) {
  if (!graph.is_constant(value)) return std::nullopt;
  const Tensor& t = graph.value(value).constant;
  if (t.dtype() != DType::kF32 || t.count() != 1) return std::nullopt;
  return t.values<float>()[0];
}

}  // namespace mote
