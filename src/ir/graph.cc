#include "ir/graph.h"

#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace mote {

std::string Graph::claim_name(std::string value_name, ValueId id) {
  const std::string stem = value_name;
  while (value_name.empty() || !by_name_.try_emplace(value_name, id).second) {
    value_name = cat(stem, "_", next_suffix_++);
  }
  return value_name;
}

void Graph::rename_value(ValueId id, std::string value_name) {
  Value& v = value(id);
  if (v.name == value_name) return;
  by_name_.erase(v.name);
  v.name = claim_name(std::move(value_name), id);
}

ValueId Graph::add_value(std::string value_name, Type type) {
  const auto id = static_cast<ValueId>(values_.size());
  Value v;
  v.name = claim_name(std::move(value_name), id);
  v.type = std::move(type);
  values_.push_back(std::move(v));
  return id;
}

ValueId Graph::add_constant(std::string value_name, Tensor tensor) {
  const ValueId id = add_value(std::move(value_name), TensorType(tensor.dtype(), tensor.dims()));
  value(id).constant = std::move(tensor);
  return id;
}

ValueId Graph::add_input(std::string value_name, Type type) {
  const ValueId id = add_value(std::move(value_name), std::move(type));
  inputs.push_back(id);
  return id;
}

ValueId Graph::find_value(std::string_view value_name) const {
  const auto it = by_name_.find(std::string(value_name));
  return it == by_name_.end() ? ValueId::kNone : it->second;
}

void Graph::link(NodeId id, NodeId before) {
  Slot& s = slot(id);
  s.next = before;
  s.previous = before == NodeId::kNone ? last_ : slot(before).previous;
  (s.previous == NodeId::kNone ? first_ : slot(s.previous).next) = id;
  (before == NodeId::kNone ? last_ : slot(before).previous) = id;
}

void Graph::unlink(NodeId id) {
  const Slot& s = slot(id);
  (s.previous == NodeId::kNone ? first_ : slot(s.previous).next) = s.next;
  (s.next == NodeId::kNone ? last_ : slot(s.next).previous) = s.previous;
}

NodeId Graph::add_node(Node node, NodeId before) {
  const auto id = static_cast<NodeId>(slots_.size());
  Slot& s = slots_.emplace_back();
  s.node = std::move(node);
  s.live = true;
  for (int i = 0; i < std::ssize(s.node.inputs); ++i) {
    const ValueId in = s.node.inputs[static_cast<std::size_t>(i)];
    if (in != ValueId::kNone) add_use(in, {id, i});
  }
  for (const ValueId out : s.node.outputs) {
    if (out != ValueId::kNone) value(out).producer = id;
  }
  link(id, before);
  ++live_nodes_;
  return id;
}

void Graph::erase_node(NodeId id) {
  Slot& s = slot(id);
  MOTE_CHECK(s.live);
  for (int i = 0; i < std::ssize(s.node.inputs); ++i) {
    const ValueId in = s.node.inputs[static_cast<std::size_t>(i)];
    if (in != ValueId::kNone) drop_use(in, {id, i});
  }
  for (const ValueId out : s.node.outputs) {
    if (out != ValueId::kNone && value(out).producer == id) value(out).producer = NodeId::kNone;
  }
  unlink(id);
  s.node = Node();
  s.use_at = {};
  s.live = false;
  --live_nodes_;
}

void Graph::move_before(NodeId id, NodeId before) {
  if (id == before) return;
  unlink(id);
  link(id, before);
}

std::vector<NodeId> Graph::node_ids() const {
  std::vector<NodeId> ids;
  ids.reserve(live_nodes_);
  for (NodeId id = first_; id != NodeId::kNone; id = next_node(id)) ids.push_back(id);
  return ids;
}

std::int32_t& Graph::use_at(Use use) {
  return slot(use.node).use_at[static_cast<std::size_t>(use.input)];
}

void Graph::add_use(ValueId id, Use use) {
  auto& uses = value(id).uses;
  // Whoever has the node may have lengthened its inputs.
  slot(use.node).use_at.resize(node(use.node).inputs.size());
  use_at(use) = static_cast<std::int32_t>(uses.size());
  uses.push_back(use);
}

void Graph::drop_use(ValueId id, Use use) {
  auto& uses = value(id).uses;
  const auto at = static_cast<std::size_t>(use_at(use));
  MOTE_CHECK(at < uses.size() && uses[at] == use);
  uses[at] = uses.back();
  use_at(uses[at]) = static_cast<std::int32_t>(at);
  uses.pop_back();
}

void Graph::set_input(NodeId node_id, int input, ValueId to) {
  ValueId& at = node(node_id).inputs[static_cast<std::size_t>(input)];
  if (at == to) return;
  if (at != ValueId::kNone) drop_use(at, {node_id, input});
  at = to;
  if (to != ValueId::kNone) add_use(to, {node_id, input});
}

void Graph::append_input(NodeId node_id, ValueId to) {
  Node& n = node(node_id);
  MOTE_CHECK(n.captured == 0);
  n.inputs.push_back(ValueId::kNone);
  set_input(node_id, static_cast<int>(n.inputs.size()) - 1, to);
}

void Graph::set_inputs(NodeId node_id, std::span<const ValueId> values) {
  Node& n = node(node_id);
  MOTE_CHECK(n.captured <= std::ssize(values));
  for (int i = 0; i < std::ssize(n.inputs); ++i) set_input(node_id, i, ValueId::kNone);
  n.inputs.assign(values.size(), ValueId::kNone);
  for (int i = 0; i < std::ssize(values); ++i) {
    set_input(node_id, i, values[static_cast<std::size_t>(i)]);
  }
}

void Graph::replace_uses(ValueId from, ValueId to) {
  if (from == to) return;
  std::vector<Use> uses;
  uses.swap(value(from).uses);
  for (const Use& use : uses) {
    node(use.node).inputs[static_cast<std::size_t>(use.input)] = to;
    add_use(to, use);
  }
  if (!is_output(from)) return;
  for (GraphOutput& output : outputs) {
    if (output.value == from) output.value = to;
  }
  value(to).outputs += std::exchange(value(from).outputs, 0);
}

void Graph::add_output(GraphOutput output) {
  ++value(output.value).outputs;
  outputs.push_back(std::move(output));
}

NodeId Graph::only_user(ValueId id) const {
  const auto& uses = value(id).uses;
  return uses.size() == 1 && !is_output(id) ? uses[0].node : NodeId::kNone;
}

}  // namespace mote
