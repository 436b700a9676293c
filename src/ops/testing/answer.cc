#include "ops/testing/answer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "ir/evaluate.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "ir/text_tensor.h"
#include "ops/ops.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

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
      : graph_(graph), inference_(graph), values_(graph.value_count()) {
    for (std::size_t i = 0; i < graph_.inputs.size() && i < inputs.size(); ++i) {
      value(graph_.inputs[i]) = inputs[i];
    }
  }

  Result<std::vector<Tensor>> run() {
    for (const NodeId id : graph_.node_ids()) MOTE_TRY(run_node(id));
    std::vector<Tensor> outputs;
    for (const GraphOutput& output : graph_.outputs) outputs.push_back(known(output.value));
    return outputs;
  }

 private:
  Tensor& value(ValueId id) { return values_[static_cast<std::size_t>(id)]; }
  Tensor known(ValueId id) {
    return graph_.is_constant(id) ? graph_.value(id).constant : value(id);
  }

  Status run_node(NodeId id) {
    if (graph_.node(id).op == nullptr) {
      return Error{Code::kNotFound, cat("no operator ", graph_.node(id).op_type)};
    }
    MOTE_TRY(inference_.infer(id));
    const Node& node = graph_.node(id);
    std::vector<InputInfo> in;
    for (const ValueId v : node.inputs) in.push_back(inference_.known(v));
    std::vector<InputInfo> out(node.outputs.size());
    MOTE_TRY(infer_outputs(*node.op, {.op_params = node.params.get(),
                                      .in = in,
                                      .captured = {},
                                      .output_count = out.size(),
                                      .subgraphs = nullptr,
                                      .out = out}));
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (node.outputs[i] != ValueId::kNone) out[i] = inference_.known(node.outputs[i]);
    }
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (in[i].present) in[i].constant = known(node.inputs[i]);
    }
    MOTE_ASSIGN(const auto results, evaluate(*node.op, node.params.get(), in, out, kMaxBytes));
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (node.outputs[i] != ValueId::kNone) value(node.outputs[i]) = results[i];
    }
    return {};
  }

  Graph& graph_;
  TypeInference inference_;
  std::vector<Tensor> values_;
};

std::string in_words(const Result<std::vector<Tensor>>& result) {
  if (!result) return result.error().message;
  const Tensor& first = result->front();
  std::string out = cat(to_string(TensorType(first.dtype(), first.dims())), " ");
  append_elements(out, first, -1);
  return out;
}

Result<std::vector<Tensor>> compute(Result<Graph> graph, const std::vector<Tensor>& inputs = {}) {
  if (!graph) return std::move(graph).error();
  return evaluate_graph(*std::move(graph), inputs);
}

std::vector<Tensor> expect_results(Result<std::vector<Tensor>> results, std::string_view text) {
  EXPECT_TRUE(results) << results.error().message << "\nin " << text;
  return results ? *std::move(results) : std::vector<Tensor>(8);
}

}  // namespace

Result<std::vector<Tensor>> evaluate_graph(Graph graph, const std::vector<Tensor>& inputs) {
  return Evaluation(graph, inputs).run();
}

Result<Graph> upgrade_text(std::string_view text, int opset) {
  MOTE_ASSIGN(Graph graph, parse_graph(text, OpSet({})));
  for (const NodeId id : graph.node_ids()) {
    MOTE_TRY(upgrade(graph, id, opset));
    MOTE_TRY(TypeInference(graph).infer(id));
  }
  return graph;
}

std::string answer(std::string_view text, const std::vector<Tensor>& inputs) {
  return in_words(compute(parse_graph(text, all_ops()), inputs));
}

std::string answer_opset(int opset, std::string_view text, const std::vector<Tensor>& inputs) {
  return in_words(compute(upgrade_text(text, opset), inputs));
}

std::string inferred(std::string_view text) {
  auto graph = parse_graph(text, all_ops());
  if (!graph) return graph.error().message;
  if (const Status s = infer_types(*graph); !s) return s.error().message;
  return to_string(graph->value(graph->outputs[0].value).type);
}

std::vector<Tensor> results_of(std::string_view text) {
  return expect_results(compute(parse_graph(text, all_ops())), text);
}

std::vector<Tensor> upgraded_results_of(std::string_view text, int opset) {
  return expect_results(compute(upgrade_text(text, opset)), text);
}

}  // namespace mote
