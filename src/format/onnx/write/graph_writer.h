// Graph → GraphProto.
#pragma once
#include <string>
#include <unordered_set>
#include <vector>

#include "format/onnx/write/proto_writer.h"

namespace mote::onnx {

// The name under which each value of a graph is written. Within a graph names are unique already;
// here they are made to hide no name of a graph around, and to leave those of outputs free.
class Names {
 public:
  // `outer` and `node`: the graph around and the node there that holds this one; null at the top.
  Names(const Graph& graph, Names* outer, const Node* node);

  bool is_written(ValueId id) const { return written_[static_cast<std::size_t>(id)]; }
  const std::string& of(ValueId id) const { return names_[static_cast<std::size_t>(id)]; }
  // The name of graph output `i`, and whether its value goes by it.
  const std::string& output(std::size_t i) const { return outputs_[i]; }
  bool is_direct(std::size_t i) const { return direct_[i]; }

  // Subgraphs of nodes to come see the value.
  void show(ValueId id) { visible_.insert(of(id)); }

 private:
  bool sees(const std::string& name) const;
  bool around(const std::string& name) const { return outer_ != nullptr && outer_->sees(name); }
  std::string fresh(const std::string& stem);
  void name_outputs(const std::vector<bool>& captured);

  const Graph& graph_;
  Names* outer_;
  std::vector<bool> written_;
  std::vector<std::string> names_;
  std::vector<std::string> outputs_;
  std::vector<bool> direct_;
  std::unordered_set<std::string> used_;
  std::unordered_set<std::string> visible_;
};

class GraphWriter {
 public:
  GraphWriter(const Graph& graph, WriteContext& context, Names* outer, const Node* node)
      : graph_(graph), context_(context), names_(graph, outer, node), is_top_(outer == nullptr) {}

  // Writes the fields of a GraphProto.
  Status write(ProtoWriter& out);

 private:
  Status write_node(ProtoWriter& out, const Node& node);
  void write_identities(ProtoWriter& out);
  Status write_constants(ProtoWriter& out);
  void write_interface(ProtoWriter& out);
  void write_declared(ProtoWriter& out);

  const Graph& graph_;
  WriteContext& context_;
  Names names_;
  bool is_top_;
};

// The fields of an AttributeProto of `node`, whose graphs see what `names` shows.
Status write_attribute(ProtoWriter& out, WriteContext& context, Names& names, const Node& node,
                       const Attribute& attribute);

}  // namespace mote::onnx
