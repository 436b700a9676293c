#include "passes/dequantize/places.h"

#include "passes/dequantize/element_ports.h"
#include "passes/rewrite.h"

namespace mote::dequantization {
namespace {

using Kind = Place::Kind;

// The ends of one node.
class Ends {
 public:
  Ends(const Scope& scope, NodeId id) : scope_(scope), id_(id), node_(scope.graph->node(id)) {}

  void input(PlaceGroup& group, std::size_t i) const {
    if (i < node_.inputs.size()) add(group, Kind::kNodeInput, i, node_.inputs[i]);
  }
  void output(PlaceGroup& group, std::size_t i) const {
    if (i < node_.outputs.size()) add(group, Kind::kNodeOutput, i, node_.outputs[i]);
  }

 private:
  void add(PlaceGroup& group, Kind kind, std::size_t i, ValueId value) const {
    if (value == ValueId::kNone) return;
    group.push_back({&scope_, kind, id_, static_cast<int>(i), value});
  }

  const Scope& scope_;
  NodeId id_;
  const Node& node_;
};

// Those of a graph that a node holds.
class BodyEnds {
 public:
  explicit BodyEnds(const Scope& scope) : scope_(scope) {}

  void input(PlaceGroup& group, std::size_t i) const {
    add(group, Kind::kGraphInput, i, scope_.graph->inputs[i]);
  }
  void output(PlaceGroup& group, std::size_t i) const {
    add(group, Kind::kGraphOutput, i, scope_.graph->outputs[i].value);
  }

 private:
  void add(PlaceGroup& group, Kind kind, std::size_t i, ValueId value) const {
    group.push_back({&scope_, kind, NodeId::kNone, static_cast<int>(i), value});
  }

  const Scope& scope_;
};

std::vector<PlaceGroup> groups_of_if(const Node& node, const Ends& ends,
                                     const std::vector<std::unique_ptr<Scope>>& branches) {
  std::vector<PlaceGroup> groups(node.outputs.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    ends.output(groups[i], i);
    for (const auto& branch : branches) {
      if (i < branch->graph->outputs.size()) BodyEnds(*branch).output(groups[i], i);
    }
  }
  return groups;
}

// A node whose inputs from `first` on are those of its body, the first `states` of them handed on
// from run to run; the body's outputs before `leading` are no outputs of the node.
std::vector<PlaceGroup> groups_of_loop(const Node& node, const Ends& ends, const Scope& body,
                                       std::size_t first, std::size_t states, std::size_t leading) {
  const std::size_t inputs = node.declared_inputs().size();
  const std::size_t outputs = node.outputs.size();
  if (body.graph->inputs.size() != inputs || body.graph->outputs.size() != leading + outputs ||
      outputs < states)
    return {};
  std::vector<PlaceGroup> groups;
  for (std::size_t i = first; i < inputs; ++i) {
    PlaceGroup& group = groups.emplace_back();
    ends.input(group, i);
    BodyEnds(body).input(group, i);
  }
  for (std::size_t i = 0; i < outputs; ++i) {
    PlaceGroup& group = i < states ? groups[i] : groups.emplace_back();
    BodyEnds(body).output(group, leading + i);
    ends.output(group, i);
  }
  return groups;
}

std::vector<PlaceGroup> groups_of_control(const Scope& scope, NodeId id, const Ends& ends) {
  const Node& node = scope.graph->node(id);
  const auto held = scope.inner.find(id);
  if (held == scope.inner.end() || node.op == nullptr || !node.domain.empty()) return {};
  const std::size_t inputs = node.declared_inputs().size();
  const Scope& body = *held->second[0];
  if (node.op_type == "If") return groups_of_if(node, ends, held->second);
  if (node.op_type == "Loop" && inputs >= 2) {
    return groups_of_loop(node, ends, body, 2, inputs - 2, 1);
  }
  const auto scanned = static_cast<std::size_t>(integer_of(node, "num_scan_inputs", 0));
  if (node.op_type == "Scan" && scanned <= inputs) {
    return groups_of_loop(node, ends, body, 0, inputs - scanned, 0);
  }
  return {};
}

}  // namespace

std::vector<PlaceGroup> place_groups(const Scope& scope, NodeId id) {
  const Ends ends(scope, id);
  PlaceGroup group;
  const ElementPorts ports = element_ports(scope.graph->node(id));
  for (const int i : ports.inputs) ends.input(group, static_cast<std::size_t>(i));
  for (const int i : ports.outputs) ends.output(group, static_cast<std::size_t>(i));
  if (group.empty()) return groups_of_control(scope, id, ends);
  return {std::move(group)};
}

}  // namespace mote::dequantization
