#include "ops/testing/answer.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "ir/evaluate.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "ir/text_tensor.h"
#include "ops/ops.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

Result<Graph> parsed(std::string_view text, const OpSet& ops) {
  return parse_graph(text.starts_with("graph") ? std::string(text) : cat("graph ", text), ops);
}

Status upgrade(Graph& graph, NodeId id, int opset) {
  for (int version = opset;;) {
    const Node& node = graph.node(id);
    const OnnxOp* op = find_onnx_op(node.domain, node.op_type);
    if (op == nullptr) return Error{Code::kNotFound, cat("no operator ", node.op_type)};
    const auto later = [&](const OnnxUpgrade& u) { return u.version > version; };
    const auto next = std::ranges::find_if(op->upgrades, later);
    if (next == op->upgrades.end()) break;
    MOTE_TRY(next->apply({graph, id, all_ops()}));
    version = next->version;
  }
  return bind(graph.node(id), all_ops());
}

class Evaluation {
 public:
  Evaluation(Graph& graph, const std::vector<Tensor>& inputs)
      : graph_(graph), inference_(graph), inputs_(inputs), values_(kMaxValues) {}

  Result<Tensor> run() {
    for (std::size_t i = 0; i < graph_.inputs.size() && i < inputs_.size(); ++i) {
      value(graph_.inputs[i]) = inputs_[i];
    }
    for (const NodeId id : graph_.node_ids()) MOTE_TRY(run_node(id));
    return known(graph_.outputs[0].value);
  }

 private:
  static constexpr std::size_t kMaxValues = 1000;

  Tensor& value(ValueId id) { return values_[static_cast<std::size_t>(id)]; }
  Tensor known(ValueId id) {
    return graph_.is_constant(id) ? graph_.value(id).constant : value(id);
  }

  Status run_node(NodeId id) {
    MOTE_TRY(inference_.infer(id));
    const Node& node = graph_.node(id);
    std::vector<InputInfo> in;
    for (const ValueId v : node.inputs) {
      in.push_back(inference_.known(v));
      if (v != ValueId::kNone) in.back().constant = known(v);
    }
    std::vector<InputInfo> out;
    for (const ValueId v : node.outputs) out.push_back(inference_.known(v));
    MOTE_ASSIGN(const auto results, evaluate(*node.op, node.params.get(), in, out, kMaxBytes));
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (node.outputs[i] != ValueId::kNone) value(node.outputs[i]) = results[i];
    }
    return {};
  }

  Graph& graph_;
  TypeInference inference_;
  const std::vector<Tensor>& inputs_;
  std::vector<Tensor> values_;
};

std::string in_words(const Result<Tensor>& result) {
  if (!result) return result.error().message;
  std::string out = cat(to_string(TensorType(result->dtype(), result->dims())), " ");
  append_elements(out, *result, -1);
  return out;
}

Result<Tensor> compute(int opset, std::string_view text, const std::vector<Tensor>& inputs) {
  const OpSet none{std::span<const OpDef* const>()};
  MOTE_ASSIGN(Graph graph, parsed(text, opset > 0 ? none : all_ops()));
  if (opset > 0) {
    for (const NodeId id : graph.node_ids()) {
      MOTE_TRY(upgrade(graph, id, opset));
      MOTE_TRY(TypeInference(graph).infer(id));
    }
  }
  return Evaluation(graph, inputs).run();
}

}  // namespace

std::string answer(std::string_view text, const std::vector<Tensor>& inputs) {
  return in_words(compute(0, text, inputs));
}

std::string answer_opset(int opset, std::string_view text, const std::vector<Tensor>& inputs) {
  return in_words(compute(opset, text, inputs));
}

std::string inferred(std::string_view text) {
  auto graph = parsed(text, all_ops());
  if (!graph) return graph.error().message;
  if (const Status s = infer_types(*graph); !s) return s.error().message;
  return to_string(graph->value(graph->outputs[0].value).type);
}

}  // namespace mote
