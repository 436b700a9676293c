#include "passes/dequantize/places.h"

#include "passes/dequantize/element_ports.h"

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

}  // namespace

std::vector<PlaceGroup> place_groups(const Scope& scope, NodeId id) {
  const Ends ends(scope, id);
  PlaceGroup group;
  const ElementPorts ports = element_ports(scope.graph->node(id));
  for (const int i : ports.inputs) ends.input(group, static_cast<std::size_t>(i));
  for (const int i : ports.outputs) ends.output(group, static_cast<std::size_t>(i));
  if (group.empty()) return {};
  return {std::move(group)};
}

}  // namespace mote::dequantization
