// Operators that do the same with numbers as with the integers that stand for them.
#pragma once
#include <vector>

#include "ir/graph.h"

namespace mote::dequantization {

// Inputs and outputs of a node that hold elements of one kind: whether all of them are integers or
// the numbers that these stand for, by one rising line, the node does the same.
struct ElementPorts {
  std::vector<int> inputs, outputs;
  bool none() const { return inputs.empty(); }
};

// What moves elements, compares them or chooses among them. None: the operator computes with them,
// is not ours, or holds subgraphs.
ElementPorts element_ports(const Node& node);

// True if the node puts elements of its own, 0 as integers, among those of its input 0.
bool brings_zeros(const Node& node);

}  // namespace mote::dequantization
