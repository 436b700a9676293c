// What rewrites have in common.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ir/graph.h"
#include "ir/op_def.h"

namespace mote {

// Adds nodes before one place of a graph, bound and typed.
class NodeAdder {
 public:
  NodeAdder(Graph& graph, const OpSet& ops, NodeId before)
      : graph_(graph), ops_(ops), before_(before) {}

  // op: "Relu", "mote.Conv". The output is called `name`, made unique.
  // Errors: as bind and inference.
  Result<ValueId> add(std::string_view op, std::vector<ValueId> inputs, Attributes attributes,
                      std::string_view name);

 private:
  Graph& graph_;
  const OpSet& ops_;
  NodeId before_;
};

// True if the node is bound and is operator `op` ("Relu", "mote.Conv").
bool is_op(const Node& node, std::string_view op);
// The producer of `value` if that is operator `op`; kNone otherwise.
NodeId producer_if(const Graph& graph, ValueId value, std::string_view op);

// Readers of `from`, graph outputs included, read `to` instead, which takes over what is known of
// its type, unless it comes from outside the graph.
void replace_value(Graph& graph, ValueId from, ValueId to);
// The same for `node`'s output 0; erases `node`. Requires: the other outputs are unused.
void replace_node(Graph& graph, NodeId node, ValueId value);

// Attribute as int list / int, or the fallback.
std::vector<std::int64_t> integers_of(const Node& node, std::string_view attribute,
                                      std::vector<std::int64_t> fallback = {});
std::int64_t integer_of(const Node& node, std::string_view attribute, std::int64_t fallback);

// The value of a constant scalar (any shape with one element) of f32; nullopt otherwise.
std::optional<float> scalar_f32(const Graph& graph, ValueId value);

}  // namespace mote
