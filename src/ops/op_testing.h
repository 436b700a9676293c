// Running an operator from a text, for the tests beside operators.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <unordered_map>

#include "base/result.h"
#include "base/text.h"
#include "ir/evaluate.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "ops/ops.h"

namespace mote {

// The outputs of a graph without inputs, by inference and the references.
inline Result<std::vector<Tensor>> evaluate_graph(const Graph& graph) {
  constexpr std::uint64_t kBudget = std::uint64_t{1} << 20;
  std::unordered_map<std::int32_t, Tensor> values;
  const auto known = [&](ValueId id) {
    InputInfo info;
    info.present = id != ValueId::kNone;
    if (!info.present) return info;
    const auto it = values.find(static_cast<std::int32_t>(id));
    info.constant = it != values.end() ? it->second : graph.value(id).constant;
    info.type = TensorType(info.constant.dtype(), info.constant.dims());
    return info;
  };
  for (const NodeId id : graph.node_ids()) {
    const Node& node = graph.node(id);
    if (node.op == nullptr) return Error{Code::kNotFound, cat("no operator ", node.op_type)};
    std::vector<InputInfo> in;
    for (const ValueId v : node.inputs) in.push_back(known(v));
    std::vector<InputInfo> out(node.outputs.size());
    MOTE_TRY(node.op->infer({.op_params = node.params.get(),
                             .in = in,
                             .captured = {},
                             .output_count = out.size(),
                             .subgraphs = nullptr,
                             .out = out}));
    MOTE_ASSIGN(auto results, evaluate(*node.op, node.params.get(), in, out, kBudget));
    for (std::size_t i = 0; i < results.size(); ++i) {
      values[static_cast<std::int32_t>(node.outputs[i])] = std::move(results[i]);
    }
  }
  std::vector<Tensor> outputs;
  for (const GraphOutput& output : graph.outputs) outputs.push_back(known(output.value).constant);
  return outputs;
}

inline Result<std::vector<Tensor>> evaluate_text(std::string_view text) {
  MOTE_ASSIGN(const Graph graph, parse_graph(text, all_ops()));
  return evaluate_graph(graph);
}

// The outputs that a text spells: as evaluate_text, and no error.
inline std::vector<Tensor> results_of(std::string_view text) {
  auto results = evaluate_text(text);
  EXPECT_TRUE(results) << results.error().message << "\nin " << text;
  return results ? *std::move(results) : std::vector<Tensor>(8);
}

// The elements of the first output. Requires: they are T.
template <class T>
std::vector<T> elements_of(std::string_view text) {
  const Tensor t = results_of(text)[0];
  const auto* p = static_cast<const T*>(t.data());
  return std::vector<T>(p, p + (t ? t.count() : 0));
}

// What is wrong with a text, as bind, inference or the reference says; "none" if nothing is.
inline std::string error_of(std::string_view text) {
  const auto results = evaluate_text(text);
  return results ? "none" : results.error().message;
}

// What inference says is wrong with a text, whose values may be unknown.
inline std::string inference_error_of(std::string_view text) {
  auto graph = parse_graph(text, all_ops());
  if (!graph) return graph.error().message;
  const Status typed = infer_types(*graph);
  return typed ? "none" : typed.error().message;
}

// The type of the first output, as inferred.
inline std::string inferred_type_of(std::string_view text) {
  auto graph = parse_graph(text, all_ops());
  if (!graph) return graph.error().message;
  const Status typed = infer_types(*graph);
  return typed ? to_string(graph->value(graph->outputs[0].value).type) : typed.error().message;
}

// The graph after every node of opset `opset` became the newest of its operator.
inline Result<Graph> upgrade_text(std::string_view text, int opset) {
  MOTE_ASSIGN(Graph graph, parse_graph(text, OpSet({})));
  for (const NodeId id : graph.node_ids()) {
    int version = opset;
    for (bool changed = true; changed;) {
      changed = false;
      const OnnxOp* op = find_onnx_op(graph.node(id).domain, graph.node(id).op_type);
      if (op == nullptr) break;
      for (const OnnxUpgrade& upgrade : op->upgrades) {
        if (upgrade.version <= version) continue;
        MOTE_TRY(upgrade.apply({graph, id, all_ops()}));
        version = upgrade.version;
        changed = true;
        break;
      }
    }
    MOTE_TRY(bind(graph.node(id), all_ops()));
    MOTE_TRY(TypeInference(graph).infer(id));
  }
  return graph;
}

// The outputs of the upgraded graph, and no error.
inline std::vector<Tensor> upgraded_results_of(std::string_view text, int opset) {
  const auto graph = upgrade_text(text, opset);
  EXPECT_TRUE(graph) << graph.error().message << "\nin " << text;
  if (!graph) return std::vector<Tensor>(8);
  auto results = evaluate_graph(*graph);
  EXPECT_TRUE(results) << results.error().message << "\nin " << to_text(*graph);
  return results ? *std::move(results) : std::vector<Tensor>(8);
}

inline std::string upgrade_error_of(std::string_view text, int opset) {
  const auto graph = upgrade_text(text, opset);
  return graph ? "none" : graph.error().message;
}

}  // namespace mote
