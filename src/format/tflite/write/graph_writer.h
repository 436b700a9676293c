// Graph → SubgraphSpec.
#pragma once
#include <unordered_set>
#include <vector>

#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {

class GraphWriter {
 public:
  GraphWriter(const Graph& graph, SubgraphSpec& subgraph, const WriteContext& context)
      : graph_(graph), subgraph_(subgraph), context_(context), places_(graph, subgraph) {}

  Status write();

 private:
  Status write_node(NodeId id);
  Status put_down(NodeId id, Status status);
  bool reads_missing(const Node& node) const;
  Status write_outputs();
  // Another tensor of the same elements: an output stands for nothing else.
  std::int32_t copy_of(std::int32_t tensor, const std::string& name);

  const Graph& graph_;
  SubgraphSpec& subgraph_;
  const WriteContext& context_;
  Places places_;
  std::unordered_set<NodeId> written_;   // by an operator that took them in
  std::unordered_set<ValueId> missing_;  // what is in the way would have made them
};

}  // namespace mote::tfl::write
