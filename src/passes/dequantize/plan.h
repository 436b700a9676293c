// Which values of a graph are quantized, and so what is to be done to have it compute with numbers.
#pragma once
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "passes/dequantize/grid.h"

namespace mote::dequantization {

// Integers that a node, or the graph as its output, takes among numbers.
struct Fill {
  NodeId node = NodeId::kNone;     // kNone: the graph
  int index = 0;                   // of its input or the graph's output
  ValueId value = ValueId::kNone;  // the constant; kNone: a 0 that nothing states
  Tensor integers;
  Grid grid;            // of the numbers
  std::size_t set = 0;  // the same of fills of one grid
};

// For one graph; nodes and values as they are before anything is rewritten.
struct DequantizePlan {
  std::unordered_map<NodeId, Grid> quantizers;  // QuantizeLinear
  std::unordered_set<NodeId> dequantizers;      // what they read will be numbers
  std::unordered_map<ValueId, Grid> entering;   // inputs and captured values that will be numbers
  std::vector<Fill> fills;
  std::map<NodeId, std::vector<DequantizePlan>> inner;  // as Scope::inner
};

bool is_quantize(const Node& node);
bool is_dequantize(const Node& node);

// What holds the same integers somewhere, moved, compared or chosen from, is one set, whatever the
// order of nodes and however deep in subgraphs. Such a set becomes numbers if QuantizeLinear makes
// it, or DequantizeLinear reads it and it comes from outside; other integers stay.
// Requires: types are inferred.
// Errors: kUnsupported, naming the node: one reads such integers for what they are, or adds others
// to them.
Result<DequantizePlan> plan_dequantization(const Graph& graph);

}  // namespace mote::dequantization
