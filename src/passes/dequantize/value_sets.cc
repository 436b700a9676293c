#include "passes/dequantize/value_sets.h"

#include <numeric>

namespace mote::dequantization {

DisjointSets::DisjointSets(std::size_t count) : parents_(count) {
  std::iota(parents_.begin(), parents_.end(), std::size_t{0});
}

std::size_t DisjointSets::root(std::size_t member) {
  while (parents_[member] != member) {
    parents_[member] = parents_[parents_[member]];
    member = parents_[member];
  }
  return member;
}

void SetFacts::state(const Grid& stated, ScopedNode by) {
  if (!grid) {
    grid = stated;
  } else if (!clash && !grid->agrees_with(stated)) {
    clash = by;
  }
}

}  // namespace mote::dequantization
