// Calls of model-local functions, replaced by the functions' nodes.
#include <algorithm>
#include <unordered_map>

#include "base/guard.h"
#include "format/onnx/fields.h"
#include "format/onnx/inline_call.h"
#include "format/onnx/onnx.h"
#include "format/onnx/opsets.h"
#include "format/onnx/read/attribute_reader.h"
#include "format/onnx/read/graph_reader.h"
#include "format/onnx/read/opset_import.h"
#include "format/onnx/read/upgrade.h"
#include "ir/uses.h"
#include "ops/ops.h"

namespace mote {
namespace {

using namespace onnx;

constexpr std::size_t kMaxCallDepth = 32;
constexpr std::size_t kMaxCalls = std::size_t{1} << 15;
constexpr std::size_t kMaxNodes = std::size_t{1} << 20;

std::vector<OpsetImport> newest_opsets() {
  std::vector<OpsetImport> opsets;
  for (const OnnxOp* op : all_onnx_ops()) {
    if (opsets.empty() || opsets.back().domain != op->domain) {
      opsets.push_back({std::string(op->domain), 0});
    }
    opsets.back().version = std::max<std::int64_t>(opsets.back().version, op->newest());
  }
  return opsets;
}

// What of a FunctionProto stands beside its nodes.
struct Signature {
  Attributes defaults;
  std::vector<OpsetImport> opsets;
};

Result<Signature> read_signature(ProtoReader message, const ReadContext& context) {
  Signature s;
  std::unordered_set<std::string> names;
  while (message.next()) {
    if (message.field() == FunctionProto::kOpsetImport) read_opset_import(message, s.opsets);
    if (message.field() != FunctionProto::kAttributeProto) continue;
    MOTE_ASSIGN(Attribute a, read_attribute(message.message(), context, nullptr));
    if (names.insert(a.name).second) s.defaults.append(std::move(a));
  }
  MOTE_TRY(message.finish());
  return s;
}

class Expander {
 public:
  Expander(ModelDef& model, std::uint64_t max_bytes, std::vector<Obstacle>* obstacles)
      : model_(model), names_(model.functions), budget_(max_bytes), problems_(obstacles) {
    options_.obstacles = obstacles;
    for (const FunctionDef& f : model.functions) {
      functions_.emplace(FunctionNames::key(f.domain, f.name, f.overload), &f);
    }
  }

  Status run() {
    MOTE_TRY(expand(model_.graph, 0));
    // Types go on where calls were; all nodes are at their newest already.
    const FunctionNames none({});
    return upgrade_graph(model_.graph, {newest_opsets(), none, budget_, problems_});
  }

 private:
  // `depth`: of the graph, as graphs nest.
  Status expand(Graph& graph, int depth) {
    for (const NodeId id : graph.node_ids()) {
      const bool is_call = graph.node(id).sound && names_.contains(graph.node(id));
      // Expansion takes the node away.
      const std::string label = is_call ? describe(graph, graph.node(id)) : std::string();
      Status status = subgraphs(graph.node(id), depth);
      if (status && is_call) {
        const std::size_t outer = calls_.size();
        status = call(graph, id, depth);
        calls_.resize(outer);
        // A call that was expanded is no node any more.
        if (!status && problems_.collects()) {
          const std::int64_t version = version_of(model_.opsets, graph.node(id).domain);
          status = problems_.excuse(std::move(status), graph, id, version);
        }
      }
      if (!status) return is_call ? std::move(status).error().with_context(label) : status;
    }
    return {};
  }

  Status subgraphs(Node& node, int depth) {
    for (Attribute& a : node.attributes) {
      if (auto* one = std::get_if<GraphPtr>(&a.value)) MOTE_TRY(subgraph(*one, depth));
      if (auto* many = std::get_if<std::vector<GraphPtr>>(&a.value)) {
        for (GraphPtr& g : *many) MOTE_TRY(subgraph(g, depth));
      }
    }
    return {};
  }

  // Subgraphs are shared and immutable: the expanded one is a copy.
  Status subgraph(GraphPtr& shared, int depth) {
    auto graph = std::make_shared<Graph>(*shared);
    MOTE_TRY(expand(*graph, depth + 1));
    shared = std::move(graph);
    return {};
  }

  Status call(Graph& graph, NodeId id, int depth) {
    const Node& node = graph.node(id);
    const std::string key = FunctionNames::key(node.domain, node.op_type, node.overload);
    if (std::ranges::find(calls_, key) != calls_.end()) {
      return Error{Code::kInvalidArgument, "the function calls itself"};
    }
    if (calls_.size() == kMaxCallDepth) {
      return Error{Code::kInvalidArgument, cat("functions call deeper than ", kMaxCallDepth)};
    }
    if (++call_count_ > kMaxCalls) {
      return Error{Code::kResourceExhausted,
                   cat("functions are called over ", kMaxCalls, " times")};
    }
    calls_.push_back(key);
    MOTE_ASSIGN(Graph body, instantiate(*functions_.at(key), graph, node, depth));
    MOTE_TRY(expand(body, depth));
    nodes_ += body.node_count();
    if (nodes_ > kMaxNodes) {
      return Error{Code::kResourceExhausted, cat("functions expand to over ", kMaxNodes, " nodes")};
    }
    return inline_call(graph, id, body);
  }

  // The body as this call has it: with its attributes and types.
  Result<Graph> instantiate(const FunctionDef& function, const Graph& graph, const Node& node,
                            int depth) {
    MOTE_TRY(budget_.take(function.proto.size()));
    ReadContext context{options_, budget_};
    const ProtoReader message(function.proto, function.proto.data(), budget_);
    MOTE_ASSIGN(Signature signature, read_signature(message, context));
    const FunctionArguments arguments{&node.attributes, std::move(signature.defaults)};
    context.arguments = &arguments;
    context.opsets = signature.opsets;
    std::vector<Type> types;
    for (const ValueId v : node.declared_inputs()) {
      types.push_back(v == ValueId::kNone ? Type() : graph.value(v).type);
    }
    MOTE_ASSIGN(Graph body, GraphReader(context, depth).read_function(message, types));
    MOTE_TRY(import_opsets(body, signature.opsets));
    MOTE_TRY(upgrade_graph(body, {signature.opsets, names_, budget_, problems_}));
    return body;
  }

  // The model takes over the function's imports. Nodes that are not ours mean what they do only in
  // the opset they came with.
  Status import_opsets(const Graph& body, std::span<const OpsetImport> opsets) {
    for (const OpsetImport& import : opsets) {
      const std::int64_t version = version_of(model_.opsets, import.domain);
      if (version == 0) {
        model_.opsets.push_back(import);
      } else if (version != import.version && has_foreign_node(body, import.domain)) {
        return Error{Code::kUnsupported,
                     cat("the function's opset ", import.version, " of domain '", import.domain,
                         "' is not the model's ", version)};
      }
    }
    return {};
  }

  bool has_foreign_node(const Graph& graph, const std::string& domain) const {
    for (NodeId id = graph.first_node(); id != NodeId::kNone; id = graph.next_node(id)) {
      const Node& n = graph.node(id);
      const bool ours = all_ops().find(n.domain, n.op_type) != nullptr || names_.contains(n);
      bool found = n.domain == domain && !ours;
      for_each_subgraph(n, [&](const GraphPtr& g) { found |= has_foreign_node(*g, domain); });
      if (found) return true;
    }
    return false;
  }

  ModelDef& model_;
  FunctionNames names_;
  std::unordered_map<std::string, const FunctionDef*> functions_;
  Budget budget_;
  OnnxReadOptions options_;
  Problems problems_;
  std::vector<std::string> calls_;  // that are being expanded
  std::size_t call_count_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace

Status expand_functions(ModelDef& model, std::uint64_t max_bytes,
                        std::vector<Obstacle>* obstacles) {
  return guarded([&]() -> Status {
    if (model.functions.empty()) return {};
    if (Uses* uses = collected_uses()) uses->parts.emplace("functions");
    ModelDef expanded = model;
    MOTE_TRY(Expander(expanded, max_bytes, obstacles).run());
    expanded.functions.clear();
    model = std::move(expanded);
    return {};
  });
}

}  // namespace mote
