#include "format/onnx/read/upgrade.h"

#include <algorithm>

#include "format/onnx/live_values.h"
#include "format/onnx/opsets.h"
#include "ops/ops.h"

namespace mote::onnx {
namespace {

class Upgrader {
 public:
  Upgrader(Graph& graph, const UpgradeContext& context, int depth)
      : graph_(graph), context_(context), depth_(depth), inference_(graph, depth) {}

  TypeInference& inference() { return inference_; }

  Status run() {
    for (const NodeId id : graph_.node_ids()) {
      MOTE_TRY(subgraphs(id));
      if (context_.functions.contains(graph_.node(id)) || !graph_.node(id).sound) continue;
      if (Status status = one_node(id); !status) {
        if (!context_.problems.collects()) return status;
        const std::int64_t opset = version_of(context_.opsets, graph_.node(id).domain);
        MOTE_TRY(context_.problems.excuse(std::move(status), graph_, id, opset));
      }
      MOTE_TRY(charge_learnt(id));
    }
    drop_unread();
    return {};
  }

 private:
  Status one_node(NodeId id) {
    Status status = upgrade(id);
    if (status) {
      status = bind(graph_.node(id), all_ops());
      if (!status) status = hint_at_older(std::move(status).error(), graph_.node(id));
    }
    if (!status) return std::move(status).error().with_context(describe(graph_, graph_.node(id)));
    return inference_.infer(id);
  }

  // Nodes that keep an older opset's form are the commonest slip of hand-made and edited models.
  Error hint_at_older(Error error, const Node& node) const {
    const OnnxOp* op = find_onnx_op(node.domain, node.op_type);
    if (op == nullptr || error.code != Code::kInvalidArgument) return error;
    const std::int64_t opset = known_version_of(context_.opsets, node.domain);
    int changed = 0;
    for (const OnnxUpgrade& u : op->upgrades) {
      if (u.version <= opset) changed = u.version;
    }
    if (changed == 0) return error;
    error.message +=
        cat("; opset ", changed, " changed what the operator takes, and the model says ", opset);
    return error;
  }

  // Subgraphs are shared and immutable: the upgraded one is a copy.
  Status subgraphs(NodeId id) {
    for (std::size_t i = 0; i < graph_.node(id).attributes.size(); ++i) {
      // Upgrades within touch other graphs only, so the attribute stays where it is.
      AttributeValue& value = (graph_.node(id).attributes.begin() + static_cast<long>(i))->value;
      if (auto* one = std::get_if<GraphPtr>(&value)) MOTE_TRY(subgraph(id, *one));
      if (auto* many = std::get_if<std::vector<GraphPtr>>(&value)) {
        for (GraphPtr& g : *many) MOTE_TRY(subgraph(id, g));
      }
    }
    return {};
  }

  Status subgraph(NodeId id, GraphPtr& shared) {
    auto graph = std::make_shared<Graph>(*shared);
    Upgrader inner(*graph, context_, depth_ + 1);
    const Node& node = graph_.node(id);
    for (const Capture& c : graph->captures) {
      const auto index =
          static_cast<std::size_t>(node.first_captured()) + static_cast<std::size_t>(c.index);
      InputInfo info = inference_.known(node.inputs[index]);
      MOTE_TRY(refine(graph->value(c.inner), info.type));
      inner.inference().learn(c.inner, std::move(info.constant));
    }
    if (Status s = inner.run(); !s) {
      return std::move(s).error().with_context(describe(graph_, node));
    }
    shared = std::move(graph);
    return {};
  }

  // One version after the other; an upgrade may make another operator of the node.
  Status upgrade(NodeId id) {
    const std::int64_t opset = known_version_of(context_.opsets, graph_.node(id).domain);
    for (std::int64_t version = opset;;) {
      const Node& node = graph_.node(id);
      const OnnxOp* op = find_onnx_op(node.domain, node.op_type);
      if (op == nullptr) return {};
      MOTE_TRY(check_version(*op, version));
      const auto later = [&](const OnnxUpgrade& u) { return u.version > version; };
      const auto next = std::ranges::find_if(op->upgrades, later);
      if (next == op->upgrades.end()) return {};
      if (node.captured > 0 && !next->takes_subgraphs) {
        return Error{Code::kInvalidArgument, "has a subgraph, which the operator does not take"};
      }
      MOTE_TRY(next->apply({graph_, id, all_ops()}));
      version = next->version;
    }
  }

  static Status check_version(const OnnxOp& op, std::int64_t opset) {
    if (opset == 0) {
      return Error{Code::kInvalidArgument, cat("no opset of domain '", op.domain, "' is imported")};
    }
    if (opset < op.versions.front()) {
      return Error{Code::kInvalidArgument,
                   cat("is no operator of opset ", opset, "; it came with ", op.versions.front())};
    }
    return {};
  }

  // Constants that the file or an upgrade left behind.
  void drop_unread() {
    const std::vector<bool> live = live_values(graph_);
    for (std::size_t i = 0; i < live.size(); ++i) {
      if (!live[i]) graph_.value(static_cast<ValueId>(i)).constant = Tensor();
    }
  }

  // What inference keeps: types, whose symbols are copied from node to node, and small values.
  Status charge_learnt(NodeId id) {
    constexpr std::uint64_t kSmallBytes = 8192;
    for (const ValueId v : graph_.node(id).outputs) {
      if (v == ValueId::kNone) continue;
      const InputInfo info = inference_.known(v);
      MOTE_TRY(context_.budget.take(std::min(info.constant.bytes(), kSmallBytes)));
      if (!info.type.tensor.shape) continue;
      for (const Dim& d : *info.type.tensor.shape) {
        MOTE_TRY(context_.budget.take(sizeof d + d.symbol().size()));
      }
    }
    return {};
  }

  Graph& graph_;
  const UpgradeContext& context_;
  int depth_;
  TypeInference inference_;
};

Status check_opsets(std::span<const OpsetImport> opsets) {
  for (const OpsetImport& import : opsets) {
    const std::int64_t newest = newest_opset(import.domain);
    if (newest == 0) continue;
    if (import.version < 1) {
      return Error{Code::kInvalidArgument, cat("there is no opset ", import.version)};
    }
    if (import.version > newest) {
      return Error{Code::kUnsupported, cat("opset ", import.version, " of domain '", import.domain,
                                           "' is newer than this build's ", newest)};
    }
  }
  return {};
}

}  // namespace

FunctionNames::FunctionNames(std::span<const FunctionDef> functions) {
  for (const FunctionDef& f : functions) keys_.insert(key(f.domain, f.name, f.overload));
}

bool FunctionNames::contains(const Node& node) const {
  return !keys_.empty() && keys_.contains(key(node.domain, node.op_type, node.overload));
}

std::string FunctionNames::key(std::string_view domain, std::string_view name,
                               std::string_view overload) {
  return cat(domain, '\0', name, '\0', overload);
}

Status upgrade_graph(Graph& graph, const UpgradeContext& context) {
  MOTE_TRY(context.problems.excuse(check_opsets(context.opsets), {"", "model", 0, {}, {}}));
  return Upgrader(graph, context, 0).run();
}

}  // namespace mote::onnx
