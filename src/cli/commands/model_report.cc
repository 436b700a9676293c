#include "cli/commands/model_report.h"

#include <algorithm>
#include <map>

#include "base/result.h"
#include "base/text.h"
#include "cli/flags/input_sizes.h"
#include "runtime/model_impl.h"

namespace mote::cli {
namespace {

void count_operators(const Graph& graph, std::map<std::string, std::int64_t>& counts) {
  for (NodeId id = graph.first_node(); id != NodeId::kNone; id = graph.next_node(id)) {
    const Node& node = graph.node(id);
    ++counts[node.domain.empty() ? node.op_type : cat(node.domain, ".", node.op_type)];
    for_each_subgraph(node, [&](const GraphPtr& g) { count_operators(*g, counts); });
  }
}

// Sizes, axes and texts are no parameters.
bool is_parameter(DType dtype) {
  return dtype != DType::kS64 && dtype != DType::kString && dtype != DType::kBool;
}

// Means and variances of batch norms are measured, not trained: frameworks do not count them.
bool is_statistic(const Graph& graph, const Value& value) {
  return !value.uses.empty() && std::ranges::all_of(value.uses, [&](const Use& use) {
    return use.input >= 3 && graph.node(use.node).op_type == "BatchNormalization";
  });
}

void count_tensor(const Tensor& tensor, ParameterCount& count) {
  if (!tensor || !is_parameter(tensor.dtype())) return;
  ++count.tensors;
  count.elements += tensor.count();
  count.bytes += tensor.bytes();
}

void count_parameters(const Graph& graph, ParameterCount& count) {
  for (std::size_t i = 0; i < graph.value_count(); ++i) {
    const auto id = static_cast<ValueId>(i);
    const Value& value = graph.value(id);
    if (!graph.unused(id) && !is_statistic(graph, value)) count_tensor(value.constant, count);
  }
  for (NodeId id = graph.first_node(); id != NodeId::kNone; id = graph.next_node(id)) {
    const Node& node = graph.node(id);
    for (const Attribute& attribute : node.attributes) {
      if (const auto* tensor = std::get_if<Tensor>(&attribute.value)) count_tensor(*tensor, count);
    }
    for_each_subgraph(node, [&](const GraphPtr& g) { count_parameters(*g, count); });
  }
}

Result<PlanReport> plan_model(const std::shared_ptr<const Model>& model, std::vector<Dims> dims,
                              const SessionOptions& options) {
  PlanReport plan;
  plan.input_dims = std::move(dims);
  MOTE_ASSIGN(const auto session, Session::create(model, options));
  MOTE_TRY(session->prepare(plan.input_dims));
  plan.memory = session->memory();
  plan.steps = session->profile();
  plan.isa = session->isa();
  for (const StepProfile& step : plan.steps) plan.macs += step.macs;
  if (plan.memory.is_static) return plan;
  MOTE_ASSIGN(plan.dynamic, find_dynamic_nodes(model->impl().simplified, plan.input_dims));
  return plan;
}

}  // namespace

Result<ModelReport> report_model(std::shared_ptr<const Model> model,
                                 const std::vector<std::string>& sizes,
                                 const SessionOptions& options) {
  ModelReport report;
  const Graph& graph = model->impl().source;
  std::map<std::string, std::int64_t> counts;
  count_operators(graph, counts);
  for (const auto& [op, nodes] : counts) {
    report.operators.push_back({op, nodes});
    report.nodes += nodes;
  }
  std::ranges::stable_sort(report.operators, std::greater(), &OperatorCount::nodes);
  count_parameters(graph, report.parameters);
  report.model = std::move(model);
  auto dims = resolve_sizes(report.model->inputs(), sizes);
  if (!dims && !sizes.empty()) return std::move(dims).error();
  if (!report.model->obstacles().empty()) {
    report.no_plan = "it cannot run here";
  } else if (!dims) {
    report.no_plan = dims.error().message;
  } else if (auto plan = plan_model(report.model, *std::move(dims), options)) {
    report.plan = *std::move(plan);
  } else {
    report.no_plan = plan.error().message;
  }
  return report;
}

}  // namespace mote::cli
