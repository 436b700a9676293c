#include "format/onnx/inline_call.h"

#include "base/text.h"
#include "ops/ops.h"

namespace mote::onnx {
namespace {

// Copies the body of a function to where it is called.
class Inliner {
 public:
  Inliner(Graph& graph, NodeId call, const Graph& body)
      : graph_(graph), call_(call), body_(body), ids_(body.value_count(), ValueId::kNone) {}

  Status run() {
    const Node call = graph_.node(call_);
    prefix_ = call.name;
    for (const ValueId out : call.outputs) {
      if (prefix_.empty() && out != ValueId::kNone) prefix_ = graph_.value(out).name;
    }
    if (call.outputs.size() > body_.outputs.size()) {
      return Error{Code::kInvalidArgument,
                   cat("makes ", body_.outputs.size(), " outputs, of which ", call.outputs.size(),
                       " are asked for")};
    }
    before_ = graph_.next_node(call_);
    graph_.node(call_).outputs.clear();
    graph_.erase_node(call_);
    const auto inputs = call.declared_inputs();
    for (std::size_t i = 0; i < inputs.size(); ++i) id(body_.inputs[i]) = inputs[i];
    copies_ = claim_outputs(call);
    add_constants();
    for (NodeId n = body_.first_node(); n != NodeId::kNone; n = body_.next_node(n)) {
      MOTE_TRY(add(n));
    }
    return add_copies();
  }

 private:
  struct Copy {
    ValueId from;  // in the body
    ValueId to;
  };

  ValueId& id(ValueId in_body) { return ids_[static_cast<std::size_t>(in_body)]; }

  // The call's outputs become those of the nodes in the body. What goes through unchanged, or out
  // twice, is copied.
  std::vector<Copy> claim_outputs(const Node& call) {
    std::vector<Copy> copies;
    for (std::size_t i = 0; i < call.outputs.size(); ++i) {
      const ValueId to = call.outputs[i];
      const ValueId from = body_.outputs[i].value;
      if (to == ValueId::kNone) continue;
      graph_.value(to).producer = NodeId::kNone;
      const bool made = body_.value(from).producer != NodeId::kNone;
      if (made && id(from) == ValueId::kNone) {
        id(from) = to;
      } else {
        copies.push_back({from, to});
      }
    }
    return copies;
  }

  std::string prefixed(const std::string& name) const { return cat(prefix_, "/", name); }

  void add_constants() {
    for (std::size_t i = 0; i < body_.value_count(); ++i) {
      const Value& v = body_.value(static_cast<ValueId>(i));
      if (v.constant) ids_[i] = graph_.add_constant(prefixed(v.name), v.constant);
    }
  }

  Status add(NodeId in_body) {
    Node node = body_.node(in_body);
    if (!node.name.empty()) node.name = prefixed(node.name);
    MOTE_TRY(map_inputs(node));
    for (ValueId& v : node.outputs) {
      if (v == ValueId::kNone) continue;
      const Value& made = body_.value(v);
      if (id(v) == ValueId::kNone) id(v) = graph_.add_value(prefixed(made.name), made.type);
      v = id(v);
    }
    graph_.add_node(std::move(node), before_);
    return {};
  }

  // An input that the call leaves out is left out of the node, which may not do without.
  Status map_inputs(Node& node) {
    bool absent = false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      ValueId& v = node.inputs[i];
      if (v == ValueId::kNone) continue;
      const std::string& name = body_.value(v).name;
      v = id(v);
      if (v != ValueId::kNone) continue;
      absent = true;
      if (i >= node.declared_inputs().size()) {
        return Error{Code::kInvalidArgument, cat("input '", name, "' is absent and captured")};
      }
    }
    if (!absent || node.op == nullptr) return {};
    if (Status s = bind(node, all_ops()); !s) {
      return std::move(s).error().with_context(cat("node '", node.name, "' (", node.op_type, ")"));
    }
    return {};
  }

  Status add_copies() {
    for (const Copy& copy : copies_) {
      if (id(copy.from) == ValueId::kNone) {
        return Error{Code::kInvalidArgument,
                     cat("output '", body_.value(copy.from).name, "' is an input that is absent")};
      }
      Node node;
      node.op_type = "Identity";
      node.inputs = {id(copy.from)};
      node.outputs = {copy.to};
      MOTE_TRY(bind(node, all_ops()));
      graph_.add_node(std::move(node), before_);
    }
    return {};
  }

  Graph& graph_;
  NodeId call_;
  const Graph& body_;
  std::vector<ValueId> ids_;  // of the body's values in the graph
  NodeId before_ = NodeId::kNone;
  std::string prefix_;
  std::vector<Copy> copies_;
};

}  // namespace

Status inline_call(Graph& graph, NodeId call, const Graph& body) {
  return Inliner(graph, call, body).run();
}

}  // namespace mote::onnx
