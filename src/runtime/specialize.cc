// From a model's graph to one that is planned: sizes brought in, composites decomposed, lowered.
#include "base/result.h"
#include "base/text.h"
#include "ir/inference.h"
#include "lower/lower.h"
#include "ops/decomposition.h"
#include "ops/ops.h"
#include "passes/passes.h"
#include "runtime/plan.h"

namespace mote {
namespace {

// Types as the caller knows them; known values become constants.
Status bring_in(Graph& graph, std::span<const InputInfo> inputs,
                std::span<const InputInfo> captured) {
  forget_declared_types(graph);
  if (inputs.size() != graph.inputs.size()) {
    return Error{Code::kInvalidArgument, cat("graph '", graph.name, "' takes ", graph.inputs.size(),
                                             " inputs, is given ", inputs.size())};
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Value& v = graph.value(graph.inputs[i]);
    auto type = merge(inputs[i].type, v.type);
    if (!type) return std::move(type).error().with_context(cat("input '", v.name, "'"));
    v.type = *std::move(type);
  }
  std::vector<Capture> unknown;
  for (const Capture& c : graph.captures) {
    const InputInfo& info = captured[static_cast<std::size_t>(c.index)];
    Value& v = graph.value(c.inner);
    v.type = info.type;
    v.constant = info.constant;
    if (!info.constant) unknown.push_back(c);
  }
  graph.captures = std::move(unknown);
  return {};
}

// So that no step has to reckon with sizes beyond it.
Status check_input_sizes(const Graph& graph, std::uint64_t budget) {
  for (const ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    if (value.type.kind != Type::Kind::kTensor || !value.type.tensor.dims()) continue;
    if (value.type.tensor.dtype == DType::kString) continue;
    MOTE_TRY(checked_size(value, value.type.tensor, budget));
  }
  return {};
}

Status optimize(Graph& graph, const PlanOptions& options) {
  const PassContext context{all_ops(), options.memory_budget_bytes};
  MOTE_TRY(run_passes(graph, model_passes(), context, options.disabled_passes));
  return run_passes(graph, lowering_passes(), context, options.disabled_passes);
}

}  // namespace

Result<std::uint64_t> checked_size(const Value& value, const TensorType& type,
                                   std::uint64_t budget) {
  const auto bytes = byte_size(type.dtype, *type.dims());
  if (bytes && *bytes <= budget) return *bytes;
  return Error{Code::kResourceExhausted,
               cat("value '", value.name, "', ", to_string(type), ", takes ",
                   bytes ? human_bytes(*bytes) : "more than can be counted",
                   ", over the memory budget of ", human_bytes(budget))};
}

Result<Graph> specialize(const Graph& graph, std::span<const InputInfo> inputs,
                         std::span<const InputInfo> captured, const PlanOptions& options) {
  Graph g = graph;
  MOTE_TRY(bring_in(g, inputs, captured));
  MOTE_TRY(check_input_sizes(g, options.memory_budget_bytes));
  MOTE_TRY(decompose_all(g));
  if (options.optimize) MOTE_TRY(optimize(g, options));
  return g;
}

}  // namespace mote
