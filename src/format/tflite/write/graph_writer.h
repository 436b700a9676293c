// Graph → SubgraphSpec.
#pragma once
#include <unordered_set>
#include <vector>

#include "format/tflite/write/op_writer.h"
#include "ir/problems.h"

namespace mote::tfl::write {

class GraphWriter {
 public:
  // What single nodes have in the way goes to `problems`.
  GraphWriter(const Graph& graph, SubgraphSpec& subgraph, const Problems& problems)
      : graph_(graph), subgraph_(subgraph), problems_(problems), places_(graph, subgraph) {}

  Status write();

 private:
  Status write_node(NodeId id);
  Status write_outputs();
  // Another tensor of the same elements: an output stands for nothing else.
  std::int32_t copy_of(std::int32_t tensor, const std::string& name);

  const Graph& graph_;
  SubgraphSpec& subgraph_;
  const Problems& problems_;
  Places places_;
  std::unordered_set<NodeId> written_;  // by an operator that took them in
};

}  // namespace mote::tfl::write
