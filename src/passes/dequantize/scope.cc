#include "passes/dequantize/scope.h"

namespace mote::dequantization {
namespace {

void find_inner(Scope& scope, std::size_t& values);

std::unique_ptr<Scope> scope_within(const Scope& parent, NodeId holder, const Graph& graph,
                                    std::size_t& values) {
  auto scope = std::make_unique<Scope>();
  scope->graph = &graph;
  scope->parent = &parent;
  scope->holder = holder;
  const Node& node = parent.graph->node(holder);
  for (const Capture& c : graph.captures) {
    const auto at = static_cast<std::size_t>(node.first_captured() + c.index);
    scope->captured.emplace(c.inner, node.inputs[at]);
  }
  find_inner(*scope, values);
  return scope;
}

void find_inner(Scope& scope, std::size_t& values) {
  scope.first = values;
  values += scope.graph->value_count();
  for (const NodeId id : scope.graph->node_ids()) {
    for_each_subgraph(scope.graph->node(id), [&](const GraphPtr& graph) {
      scope.inner[id].push_back(scope_within(scope, id, *graph, values));
    });
  }
}

}  // namespace

std::unique_ptr<Scope> scope_of(const Graph& graph, std::size_t& values) {
  auto scope = std::make_unique<Scope>();
  scope->graph = &graph;
  values = 0;
  find_inner(*scope, values);
  return scope;
}

ScopedValue origin_of(const Scope& scope, ValueId value) {
  ScopedValue at{&scope, value};
  for (auto outer = scope.captured.find(value); outer != at.scope->captured.end();) {
    at = {at.scope->parent, outer->second};
    outer = at.scope->captured.find(at.value);
  }
  return at;
}

Tensor constant_of(const Scope& scope, ValueId value) {
  if (value == ValueId::kNone) return {};
  const ScopedValue at = origin_of(scope, value);
  const Value& origin = at.scope->graph->value(at.value);
  if (origin.constant || origin.producer == NodeId::kNone) return origin.constant;
  const Node& node = at.scope->graph->node(origin.producer);
  if (!node.domain.empty() || node.op_type != "Constant") return {};
  const AttributeValue* made = node.attributes.find("value");
  const auto* tensor = made != nullptr ? std::get_if<Tensor>(made) : nullptr;
  return tensor != nullptr ? *tensor : Tensor();
}

}  // namespace mote::dequantization
