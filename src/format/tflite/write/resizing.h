// Ways of resizing images that TensorFlow Lite has an operator for.
#pragma once
#include <optional>
#include <vector>

#include "ir/graph.h"

namespace mote::tfl::write {

struct Resizing {
  bool linear = false;
  bool align_corners = false;
  bool half_pixel = false;
  std::vector<std::int64_t> sizes;  // of the spatial axes of the result
};

// nullopt: none of them gives what the node gives, or a size is open.
std::optional<Resizing> resizing_of(const Graph& graph, const Node& node);

}  // namespace mote::tfl::write
