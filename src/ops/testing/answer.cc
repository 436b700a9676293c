#include "ops/testing/answer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "ir/evaluate.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "ir/text_tensor.h"
#include "kernels/table.h"
#include "ops/decomposition.h"
#include "ops/ops.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

Status upgrade(Graph& graph, NodeId id, int opset);

// Subgraphs are shared: the upgraded ones are copies.
Status upgrade_subgraphs(Node& node, int opset) {
  for (Attribute& attribute : node.attributes) {
    auto* shared = std::get_if<GraphPtr>(&attribute.value);
    if (shared == nullptr) continue;
    auto copy = std::make_shared<Graph>(**shared);
    for (const NodeId id : copy->node_ids()) MOTE_TRY(upgrade(*copy, id, opset));
    *shared = std::move(copy);
  }
  return {};
}

Status upgrade(Graph& graph, NodeId id, int opset) {
  MOTE_TRY(upgrade_subgraphs(graph.node(id), opset));
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

class Evaluation final : public SubgraphRunner {
 public:
  explicit Evaluation(Graph& graph)
      : graph_(graph), inference_(graph), values_(graph.value_count()), allocator_(kMaxBytes) {}

  void bring(ValueId id, Datum datum) {
    if (datum.is_tensor()) {
      graph_.value(id).type = TensorType(datum.tensor().dtype(), datum.tensor().dims());
    }
    value(id) = std::move(datum);
  }

  Result<std::vector<Datum>> run() {
    for (const NodeId id : graph_.node_ids()) MOTE_TRY(run_node(id));
    std::vector<Datum> outputs;
    for (const GraphOutput& output : graph_.outputs) outputs.push_back(known(output.value));
    return outputs;
  }

  Result<std::vector<Datum>> run(const Graph& subgraph, std::vector<Datum> inputs,
                                 std::span<const Datum> captured) override {
    Graph graph = subgraph;
    forget_declared_types(graph);
    Evaluation inner(graph);
    for (std::size_t i = 0; i < inputs.size(); ++i) inner.bring(graph.inputs[i], inputs[i]);
    for (const Capture& c : graph.captures) {
      inner.bring(c.inner, captured[static_cast<std::size_t>(c.index)]);
    }
    return inner.run();
  }

 private:
  Datum& value(ValueId id) { return values_[static_cast<std::size_t>(id)]; }
  Datum known(ValueId id) {
    if (id == ValueId::kNone) return {};
    return graph_.is_constant(id) ? Datum(graph_.value(id).constant) : value(id);
  }

  Status run_node(NodeId id) {
    if (graph_.node(id).op == nullptr) {
      return Error{Code::kNotFound, cat("no operator ", graph_.node(id).op_type)};
    }
    MOTE_TRY(inference_.infer(id));
    const Node& node = graph_.node(id);
    std::vector<InputInfo> in;
    for (const ValueId v : node.inputs) {
      in.push_back(inference_.known(v));
      const Datum datum = known(v);
      if (!datum.is_tensor()) continue;
      in.back().constant = datum.tensor();
      in.back().type = TensorType(datum.tensor().dtype(), datum.tensor().dims());
    }
    std::vector<InputInfo> out;
    for (const ValueId v : node.outputs) out.push_back(inference_.known(v));
    std::vector<Datum> results;
    if (node.op->compute != nullptr) {
      MOTE_ASSIGN(results, compute(node, out));
    } else {
      MOTE_TRY(infer_with_values(node, in, out));
      const bool by_step = node.op->reference == nullptr && node.op->prepare != nullptr;
      MOTE_ASSIGN(auto tensors, by_step
                                    ? run_step(node, in, out)
                                    : evaluate(*node.op, node.params.get(), in, out, kMaxBytes));
      results.assign(tensors.begin(), tensors.end());
    }
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (node.outputs[i] != ValueId::kNone) value(node.outputs[i]) = results[i];
    }
    return {};
  }

  // Sizes of outputs that are not wanted, or that hang on values.
  static Status infer_with_values(const Node& node, std::span<const InputInfo> in,
                                  std::vector<InputInfo>& out) {
    const auto open = [](const InputInfo& o) { return !o.present || !o.type.tensor.dims(); };
    if (std::ranges::none_of(out, open)) return {};
    std::vector<InputInfo> all(out.size());
    MOTE_TRY(infer_outputs(*node.op, {.op_params = node.params.get(),
                                      .in = in,
                                      .captured = {},
                                      .output_count = out.size(),
                                      .subgraphs = nullptr,
                                      .out = all}));
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (open(out[i])) out[i].type = all[i].type;
    }
    return {};
  }

  // An operator without reference, by its step.
  static Result<std::vector<Tensor>> run_step(const Node& node, std::span<const InputInfo> in,
                                              std::span<const InputInfo> out) {
    MOTE_ASSIGN(const auto step, node.op->prepare({.op_params = node.params.get(),
                                                   .in = in,
                                                   .captured = {},
                                                   .out = out,
                                                   .kernels = **runnable_kernels().begin()}));
    std::vector<TensorView> in_views;
    std::vector<MutTensorView> out_views;
    std::vector<Tensor> results;
    for (const InputInfo& i : in) in_views.push_back(i.present ? i.constant.view() : TensorView());
    for (const InputInfo& o : out) {
      MOTE_ASSIGN(results.emplace_back(),
                  Tensor::zeros(o.type.tensor.dtype, *o.type.tensor.dims()));
      out_views.push_back(results.back().mut());
    }
    const auto scratch_bytes = static_cast<std::int64_t>(step->scratch_bytes());
    MOTE_ASSIGN(Tensor scratch, Tensor::zeros(DType::kU8, {scratch_bytes}));
    Workers one(1);
    const StopToken never;
    MOTE_TRY(step->run({.in = in_views,
                        .out = out_views,
                        .scratch = static_cast<std::byte*>(scratch.mut().data),
                        .workers = one,
                        .stop = never}));
    return results;
  }

  Result<std::vector<Datum>> compute(const Node& node, std::span<const InputInfo> out) {
    std::vector<Datum> in;
    for (const ValueId v : node.inputs) in.push_back(known(v));
    std::vector<Type> types;
    for (const InputInfo& info : out) types.push_back(info.type);
    std::vector<Datum> results(out.size());
    Workers one(1);
    const StopToken never;
    const auto declared = node.declared_inputs().size();
    MOTE_TRY(node.op->compute(node.params.get(), {.in = std::span(in).first(declared),
                                                  .captured = std::span(in).subspan(declared),
                                                  .out = results,
                                                  .out_types = types,
                                                  .allocator = allocator_,
                                                  .subgraphs = *this,
                                                  .workers = one,
                                                  .stop = never}));
    return results;
  }

  Graph& graph_;
  TypeInference inference_;
  std::vector<Datum> values_;
  LimitedAllocator allocator_;
};

std::string in_words(const Tensor& tensor) {
  std::string out = cat(to_string(TensorType(tensor.dtype(), tensor.dims())), " ");
  append_elements(out, tensor, -1);
  return out;
}

std::string in_words(const Datum& datum) {
  switch (datum.kind()) {
    case Datum::Kind::kNone:
      return "nothing";
    case Datum::Kind::kTensor:
      return in_words(datum.tensor());
    case Datum::Kind::kMap:
      return cat("map(", in_words(datum.keys()), ", ", in_words(datum.values()), ")");
    case Datum::Kind::kSequence:
      break;
  }
  std::vector<std::string> elements;
  for (const Datum& element : datum.elements()) elements.push_back(in_words(element));
  return cat("seq(", join(elements, ", "), ")");
}

Result<std::vector<Datum>> compute_data(Result<Graph> graph, const std::vector<Tensor>& inputs) {
  if (!graph) return std::move(graph).error();
  MOTE_TRY(decompose_all(*graph));
  Evaluation evaluation(*graph);
  for (std::size_t i = 0; i < graph->inputs.size() && i < inputs.size(); ++i) {
    evaluation.bring(graph->inputs[i], inputs[i]);
  }
  return evaluation.run();
}

std::string first_in_words(const Result<std::vector<Datum>>& result) {
  return result ? in_words(result->front()) : result.error().message;
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
  MOTE_ASSIGN(const std::vector<Datum> data, compute_data(std::move(graph), inputs));
  std::vector<Tensor> tensors;
  for (const Datum& datum : data) {
    if (!datum.is_tensor()) return Error{Code::kUnsupported, cat("gives ", in_words(datum))};
    tensors.push_back(datum.tensor());
  }
  return tensors;
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
  return first_in_words(compute_data(parse_graph(text, all_ops()), inputs));
}

std::string answer_opset(int opset, std::string_view text, const std::vector<Tensor>& inputs) {
  return first_in_words(compute_data(upgrade_text(text, opset), inputs));
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
