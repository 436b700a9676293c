// Where the integers of one value are: the values and constants that an operator brings together.
#pragma once
#include <vector>

#include "passes/dequantize/scope.h"

namespace mote::dequantization {

// One end of a node or of a graph.
struct Place {
  enum class Kind : std::uint8_t { kNodeInput, kNodeOutput, kGraphInput, kGraphOutput };
  const Scope* scope = nullptr;
  Kind kind = Kind::kNodeInput;
  NodeId node = NodeId::kNone;  // of a node's ends
  int index = 0;
  ValueId value = ValueId::kNone;  // never kNone in a group
};

// Places whose elements are of one kind.
using PlaceGroup = std::vector<Place>;

// Of a node: its own inputs and outputs, and those of its subgraphs that hold the same. Captured
// values are not among them.
std::vector<PlaceGroup> place_groups(const Scope& scope, NodeId id);

}  // namespace mote::dequantization
