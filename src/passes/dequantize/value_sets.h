// Values joined to sets, and what is known of each set.
#pragma once
#include <optional>
#include <vector>

#include "passes/dequantize/grid.h"

namespace mote::dequantization {

class DisjointSets {
 public:
  explicit DisjointSets(std::size_t count);
  // The same for all members of a set.
  std::size_t root(std::size_t member);
  void join(std::size_t a, std::size_t b) { parents_[root(a)] = root(b); }

 private:
  std::vector<std::size_t> parents_;
};

// A node in its graph.
struct ScopedNode {
  const Scope* scope = nullptr;
  NodeId node = NodeId::kNone;
};

// Of the integers of one set.
struct SetFacts {
  bool quantized = false;                // QuantizeLinear makes some
  bool dequantized = false;              // DequantizeLinear reads some
  bool entering = false;                 // some are an input of the whole
  std::optional<Grid> grid = {};         // the first that was found
  std::optional<ScopedNode> other = {};  // a node that makes some in another way
  std::optional<ScopedNode> clash = {};  // one that states another grid

  void state(const Grid& stated, ScopedNode by);
  // Its integers give way to the numbers that they stand for.
  bool becomes_numbers() const { return quantized || (entering && dequantized && !other); }
};

}  // namespace mote::dequantization
