// GraphProto → Graph.
#pragma once
#include <unordered_map>
#include <unordered_set>

#include "format/onnx/read/context.h"
#include "format/onnx/read/tensor_reader.h"
#include "format/onnx/read/type_reader.h"

namespace mote::onnx {

// The values of the graph around that a node's subgraphs read, in the order they were first met.
class CapturedValues {
 public:
  int index_of(ValueId outer);
  const std::vector<ValueId>& values() const { return values_; }

 private:
  std::vector<ValueId> values_;
  std::unordered_map<ValueId, int> index_;
};

// Builds one graph as its file says it; operators are neither upgraded nor bound.
class GraphReader {
 public:
  // `outer` and `captured`: the graph around and what the node there captures; null at the top.
  GraphReader(const ReadContext& context, int depth, GraphReader* outer = nullptr,
              CapturedValues* captured = nullptr)
      : context_(context), depth_(depth), outer_(outer), captured_(captured) {}

  // Errors: kCorrupt; kInvalidArgument: names defined twice or never, not in order; kUnsupported:
  // deeper than kMaxGraphDepth; kResourceExhausted.
  Result<Graph> read(ProtoReader message);

  // The body of a FunctionProto, with inputs of the types of the call's.
  Result<Graph> read_function(ProtoReader message, std::span<const Type> input_types);

  // A graph among the attributes of the node that is being read.
  Result<GraphPtr> read_subgraph(ProtoReader message);

 private:
  // Messages within a graph, found in one pass: they may come in any order.
  struct Parts {
    std::vector<std::string_view> nodes, initializers, sparse, inputs, outputs;
  };

  Status enter();
  Status scan(ProtoReader& message, Parts& parts);
  Status scan_function(ProtoReader& message, Parts& parts);
  // What a ValueInfoProto says; its name alone, if its type cannot be and problems are collected.
  Result<ValueInfo> read_info(ProtoReader message, std::string_view what) const;
  Status add_declared(ProtoReader info);
  Status add_unreadable(ProtoReader tensor, Error error);
  Status add_initializer(NamedTensor tensor);
  Status add_initializers(const ProtoReader& message, const Parts& parts);
  Status add_input(ProtoReader message);
  Status add_output(ProtoReader message);
  Status add_node(ProtoReader message);
  Status add_inputs(std::span<const std::string_view> names, Node& node);
  Status add_outputs(std::span<const std::string_view> names, Node& node);
  Status add_attributes(const ProtoReader& message, std::span<const std::string_view> attributes,
                        Node& node);

  // A new value of that name, with what value_info says of it. Errors: kInvalidArgument.
  Result<ValueId> define(std::string_view name, Type type = {});
  // The value of that name here, or captured from around. kNone if there is none.
  Result<ValueId> resolve(std::string_view name);

  const ReadContext& context_;
  int depth_;
  GraphReader* outer_;
  CapturedValues* captured_;
  CapturedValues* node_captures_ = nullptr;  // of the node that is being read
  Graph graph_;
  std::unordered_map<std::string_view, ValueInfo> declared_;
  std::unordered_set<ValueId> overridable_;
};

}  // namespace mote::onnx
