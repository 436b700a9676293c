// Graphs that nodes hold: branches and bodies.
#pragma once
#include <string>
#include <vector>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

// A graph that a node is to hold, while its nodes are added. Errors of the nodes that `op` adds
// around it are the operator's own.
class InnerGraph {
 public:
  explicit InnerGraph(OpReader& op) : op_(op), inference_(graph_, op.subgraph().depth() + 1) {}

  Graph& graph() { return graph_; }
  TypeInference& inference() { return inference_; }
  NodeWriter writer() { return {graph_, inference_, NodeId::kNone, op_.name()}; }

  ValueId add_input(const std::string& name, TensorType type);
  // The value that is captured input `index` of the node, which is `outer` around it.
  ValueId add_captured(int index, ValueId outer);
  // What no node makes goes through one, as ONNX has it of subgraphs.
  Status add_output(ValueId value);
  // The whole of it; nothing may be added after that.
  GraphPtr finish() {
    name_nodes(graph_);
    return std::make_shared<const Graph>(std::move(graph_));
  }
  // The results of subgraph `index` of the file.
  Result<std::vector<ValueId>> call(std::int64_t index, std::span<const ValueId> inputs);

 private:
  OpReader& op_;
  Graph graph_;
  TypeInference inference_;
};

// Adds a node of `outputs` outputs that holds graphs. Errors: as NodeWriter's.
Result<std::vector<ValueId>> add_holder(OpReader& op, Node node, std::size_t outputs);

}  // namespace mote::tfl
