// Problems: what is wrong with a model, piece by piece, for who wants to know all of it at once.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "ir/graph.h"
#include "mote/obstacle.h"

namespace mote {

// Without a list each problem stays the error that ends the reading.
class Problems {
 public:
  explicit Problems(std::vector<Obstacle>* list) : list_(list) {}

  bool collects() const { return list_ != nullptr; }

  // Puts an error down and lets reading go on, unless it is about memory or the time.
  // Returns what is left of it.
  Status excuse(Status status, Obstacle where) const;
  // The same about a node, which is left unbound.
  Status excuse(Status status, Graph& graph, NodeId id, std::int64_t version) const;

 private:
  std::vector<Obstacle>* list_;
};

}  // namespace mote
