// Graph: values in SSA form and the nodes that make them.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ir/attributes.h"
#include "ir/type.h"

namespace mote {

struct OpDef;
struct OpParams;
class OpSet;

enum class ValueId : std::int32_t { kNone = -1 };
enum class NodeId : std::int32_t { kNone = -1 };

// Documentation and metadata_props, kept so that what was read is written.
struct Notes {
  std::string doc;
  std::vector<std::pair<std::string, std::string>> properties;
  bool operator==(const Notes&) const = default;
};

// One place where a value is read: input `input` of `node`.
struct Use {
  NodeId node;
  int input;
  bool operator==(const Use&) const = default;
};

// The metadata key with which an input names the output that is its value in the next run.
inline constexpr std::string_view kStateKey = "mote.state";

struct Value {
  std::string name;  // unique in its graph and not empty
  Type type;
  bool declared = false;            // the file stated the type (value_info)
  Tensor constant;                  // undefined unless this is a constant
  Tensor initial;                   // of an input that keeps state: its value in the first run
  bool external = false;            // the constant's bytes lay in a file of their own
  NodeId producer = NodeId::kNone;  // none: a graph input, a captured value or a constant
  std::vector<Use> uses;            // in no order; a graph's outputs are not among them
  int outputs = 0;                  // how many outputs of the graph it is
  Notes notes;
};

struct Node {
  std::string domain;  // "" is ai.onnx
  std::string op_type;
  std::string overload;                    // of a model-local function
  std::string name;                        // may be empty
  const OpDef* op = nullptr;               // null: not one of ours
  std::shared_ptr<const OpParams> params;  // attributes, parsed; null if op is
  Attributes attributes;
  // What the operator declares, then one entry for each value that a subgraph captures.
  // kNone: an optional input that is absent.
  std::vector<ValueId> inputs;
  int captured = 0;              // how many of `inputs` are captured values
  std::vector<ValueId> outputs;  // kNone: not wanted
  Notes notes;
  bool sound = true;  // false: what the file says of it cannot be; it is left unbound

  std::span<const ValueId> declared_inputs() const {
    return std::span(inputs).first(inputs.size() - static_cast<std::size_t>(captured));
  }
  // Index in `inputs` of the first captured value.
  int first_captured() const { return static_cast<int>(inputs.size()) - captured; }
};

// What a graph reads from the graph around it: entry `index` of the node's captured inputs is known
// inside as `inner`.
struct Capture {
  int index;
  ValueId inner;
};

struct GraphOutput {
  ValueId value;
  std::string name;  // the outside's name, which rewriting keeps
  Type type;         // as declared
  Notes notes;
};

// Owns values and nodes by id; ids stay valid until erased. Nodes have an order, in which each
// value is made before it is read. Copies are deep but for constants' bytes and subgraphs, which
// are immutable and shared. Not thread-safe.
class Graph {
 public:
  std::string name;
  Notes notes;

  // -- values
  ValueId add_value(std::string value_name,
                    Type type = {});  // makes the name unique if it is taken
  ValueId add_constant(std::string value_name, Tensor tensor);
  ValueId add_input(std::string value_name, Type type);
  const Value& value(ValueId id) const { return values_[static_cast<std::size_t>(id)]; }
  Value& value(ValueId id) { return values_[static_cast<std::size_t>(id)]; }
  // kNone if there is none.
  ValueId find_value(std::string_view value_name) const;
  // Makes the name unique if it is taken by another. Names that outputs have are not touched.
  void rename_value(ValueId id, std::string value_name);
  std::size_t value_count() const { return values_.size(); }  // ids are below this
  bool is_constant(ValueId id) const {
    return id != ValueId::kNone && static_cast<bool>(value(id).constant);
  }

  // -- nodes
  // Puts the node before `before` (kNone: at the end) and makes it the producer of its outputs.
  NodeId add_node(Node node, NodeId before = NodeId::kNone);
  const Node& node(NodeId id) const { return slots_[static_cast<std::size_t>(id)].node; }
  Node& node(NodeId id) { return slots_[static_cast<std::size_t>(id)].node; }
  // Its outputs lose their producer. Requires: nobody reads them.
  void erase_node(NodeId id);
  void move_before(NodeId id, NodeId before);
  // In order. Erasing the node at which an iteration stands is not allowed; see node_ids().
  NodeId first_node() const { return first_; }
  NodeId next_node(NodeId id) const { return slots_[static_cast<std::size_t>(id)].next; }
  // A copy of the order: rewriting may add nodes and erase the current one.
  std::vector<NodeId> node_ids() const;
  std::size_t node_count() const { return live_nodes_; }
  std::size_t node_slots() const { return slots_.size(); }  // ids are below this

  // -- edges
  void set_input(NodeId node, int input, ValueId value);
  void append_input(NodeId node, ValueId value);
  // All of them anew; the captured ones stay the last Node::captured.
  void set_inputs(NodeId node, std::span<const ValueId> values);
  // Every reader of `from`, graph outputs included, reads `to` instead.
  void replace_uses(ValueId from, ValueId to);
  // Requires: output.value is a value of this graph.
  void add_output(GraphOutput output);
  // Nobody reads it and no graph output is it.
  bool unused(ValueId id) const { return value(id).uses.empty() && !is_output(id); }
  // The only node that reads `id`, if there is exactly one use and it is no graph output.
  NodeId only_user(ValueId id) const;
  bool is_output(ValueId id) const { return value(id).outputs > 0; }

  // -- interface
  std::vector<ValueId> inputs;       // without the constants that are also inputs
  std::vector<GraphOutput> outputs;  // grows by add_output
  std::vector<Capture> captures;     // subgraphs only
  // Before IR version 4 every constant is an input as well: a default that a caller may override.
  std::vector<ValueId> overridable;  // inputs with a constant

 private:
  struct Slot {
    Node node;
    std::vector<std::int32_t> use_at;  // for each input, the place of its use among the value's
    NodeId previous = NodeId::kNone;
    NodeId next = NodeId::kNone;
    bool live = false;
  };

  // The name, or one made from it that no other value has, which is `id`'s from now on.
  std::string claim_name(std::string value_name, ValueId id);
  Slot& slot(NodeId id) { return slots_[static_cast<std::size_t>(id)]; }
  void link(NodeId id, NodeId before);
  void unlink(NodeId id);
  void add_use(ValueId value, Use use);
  void drop_use(ValueId value, Use use);  // in constant time
  std::int32_t& use_at(Use use);

  std::vector<Value> values_;
  std::unordered_map<std::string, ValueId> by_name_;
  std::vector<Slot> slots_;
  NodeId first_ = NodeId::kNone;
  NodeId last_ = NodeId::kNone;
  std::size_t live_nodes_ = 0;
  std::uint64_t next_suffix_ = 0;
};

// Calls f(subgraph) for each graph among the attributes of `node`, in their order.
template <class F>
void for_each_subgraph(const Node& node, const F& f) {
  for (const Attribute& attribute : node.attributes) {
    if (const auto* one = std::get_if<GraphPtr>(&attribute.value)) f(*one);
    if (const auto* many = std::get_if<std::vector<GraphPtr>>(&attribute.value)) {
      for (const GraphPtr& g : *many) f(g);
    }
  }
}

}  // namespace mote
