// A graph and those within its nodes, as one space of values.
#pragma once
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ir/graph.h"

namespace mote::dequantization {

// One graph, where it stands: the same subgraph within two nodes is two scopes. Borrows the graph.
struct Scope {
  const Graph* graph = nullptr;
  const Scope* parent = nullptr;
  NodeId holder = NodeId::kNone;                  // the parent's node that has this graph
  std::size_t first = 0;                          // number of its value 0 among those of all scopes
  std::unordered_map<ValueId, ValueId> captured;  // what a captured value is in the parent
  // By node, in the order of for_each_subgraph.
  std::map<NodeId, std::vector<std::unique_ptr<Scope>>> inner;

  std::size_t number(ValueId value) const { return first + static_cast<std::size_t>(value); }
};

// The scopes of `graph` and all within. `values`: how many values they have together.
std::unique_ptr<Scope> scope_of(const Graph& graph, std::size_t& values);

struct ScopedValue {
  const Scope* scope = nullptr;
  ValueId value = ValueId::kNone;
  bool operator==(const ScopedValue&) const = default;
};

// Where a value comes from that may be captured.
ScopedValue origin_of(const Scope& scope, ValueId value);
// Of a constant, here or around, or of what a Constant node makes; undefined of others.
Tensor constant_of(const Scope& scope, ValueId value);

}  // namespace mote::dequantization
