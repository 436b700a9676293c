// The part of a graph between some values and one that is made of them.
#pragma once
#include <span>
#include <vector>

#include "ir/graph.h"

namespace mote {

// The nodes that make `y` and come after some of `xs`, in an order in which each value is made
// before it is read. What makes the xs themselves is not part of it.
class Region {
 public:
  Region(const Graph& graph, std::span<const ValueId> xs, ValueId y);

  std::span<const NodeId> nodes() const { return nodes_; }
  // It is one of the xs, or made of them.
  bool depends(ValueId value) const {
    return value != ValueId::kNone && depends_[static_cast<std::size_t>(value)];
  }

 private:
  std::vector<bool> depends_;  // by value
  std::vector<NodeId> nodes_;
};

}  // namespace mote
