// What a guess goes by.
#pragma once
#include <span>

#include "mote/model.h"

namespace mote {

class Graph;

// What a model takes and gives, and the graph between. Everything outlives this.
struct ModelView {
  std::span<const TensorInfo> inputs;
  std::span<const TensorInfo> outputs;
  const Graph* graph = nullptr;  // may be unknown

  // With the graph as the file has it.
  static ModelView of(const Model& model);
};

}  // namespace mote
