#include "runtime/dynamic/dynamic_plan.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "runtime/dynamic/regions.h"

namespace mote {
namespace {

// The graphs of one node, for as long as it computes.
class NodeSubgraphs final : public SubgraphRunner {
 public:
  NodeSubgraphs(SubgraphPlans& plans, std::vector<Tensor> constants, const DynamicContext& context)
      : plans_(plans), constants_(std::move(constants)), context_(context) {}

  Result<std::vector<Datum>> run(const Graph& graph, std::vector<Datum> inputs,
                                 std::span<const Datum> captured) override {
    return plans_.run(graph, std::move(inputs), captured, constants_, context_);
  }

 private:
  SubgraphPlans& plans_;
  std::vector<Tensor> constants_;  // of the captured values
  const DynamicContext& context_;
};

// Adds the time between its making and its end.
class Stopwatch {
 public:
  Stopwatch(bool on, std::chrono::nanoseconds& total) : on_(on), total_(total) {
    if (on_) begin_ = Clock::real().now();
  }
  ~Stopwatch() {
    if (on_) total_ += Clock::real().now() - begin_;
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  bool on_;
  std::chrono::nanoseconds& total_;
  Clock::TimePoint begin_;
};

}  // namespace

Result<std::unique_ptr<DynamicPlan>> DynamicPlan::make(Graph graph, const PlanOptions& options) {
  std::unique_ptr<DynamicPlan> plan(new DynamicPlan(std::move(graph)));
  MOTE_TRY(plan->add_steps(options));
  plan->find_lifetimes();
  plan->values_.resize(plan->graph_.value_count());
  return plan;
}

Status DynamicPlan::add_steps(const PlanOptions& options) {
  TypeInference types(graph_);
  MOTE_TRY(types.infer_all());
  PlanOptions left = options;
  for (const NodeGroup& group : group_nodes(graph_, types)) {
    if (group.is_static && options.regions) {
      const RegionGraph extracted = extract_region(graph_, types, group.nodes);
      MOTE_ASSIGN(auto plan, plan_specialized(extracted.graph, left));
      if (plan) {
        left.memory_budget_bytes -= std::min(left.memory_budget_bytes, plan->packed_bytes());
        Region region{std::move(plan), extracted.inputs, extracted.outputs, {}};
        region.times.resize(region.plan->steps().size());
        steps_.push_back({std::move(region), {}});
        continue;
      }
    }
    for (const NodeId id : group.nodes) steps_.push_back({Single{id, {}, {}, {}}, {}});
  }
  return {};
}

void DynamicPlan::find_lifetimes() {
  constexpr std::size_t kNever = ~std::size_t{0};
  std::vector<std::size_t> last(graph_.value_count(), kNever);
  const auto see = [&](ValueId v, std::size_t step) {
    if (v != ValueId::kNone) last[static_cast<std::size_t>(v)] = step;
  };
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (const auto* region = std::get_if<Region>(&steps_[i].work)) {
      for (const ValueId v : region->outputs) see(v, i);
      for (const ValueId v : region->inputs) see(v, i);
    } else {
      const Node& node = graph_.node(std::get<Single>(steps_[i].work).id);
      for (const ValueId v : node.outputs) see(v, i);
      for (const ValueId v : node.inputs) see(v, i);
    }
  }
  for (std::size_t v = 0; v < last.size(); ++v) {
    const auto id = static_cast<ValueId>(v);
    if (last[v] != kNever && !graph_.is_output(id) && !graph_.is_constant(id)) {
      steps_[last[v]].dying.push_back(id);
    }
  }
}

Datum DynamicPlan::read(ValueId id) const {
  if (id == ValueId::kNone) return {};
  const Tensor& constant = graph_.value(id).constant;
  return constant ? Datum(constant) : values_[static_cast<std::size_t>(id)];
}

Result<std::vector<Datum>> DynamicPlan::run(std::vector<Datum> inputs,
                                            std::span<const Datum> captured,
                                            const DynamicContext& context) {
  for (std::size_t i = 0; i < inputs.size(); ++i) value(graph_.inputs[i]) = std::move(inputs[i]);
  for (const Capture& c : graph_.captures) {
    value(c.inner) = captured[static_cast<std::size_t>(c.index)];
  }
  Status status;
  for (DynamicStep& step : steps_) {
    status = context.stop.check();
    if (status) status = run_step(step, context);
    if (!status) break;
  }
  if (status) status = context.stop.check();
  std::vector<Datum> outputs;
  for (const GraphOutput& output : graph_.outputs) outputs.push_back(read(output.value));
  for (Datum& v : values_) v = Datum();
  if (!status) return std::move(status).error();
  return outputs;
}

Status DynamicPlan::run_step(DynamicStep& step, const DynamicContext& context) {
  if (auto* region = std::get_if<Region>(&step.work)) {
    MOTE_TRY(run_region(*region, context));
  } else {
    auto& single = std::get<Single>(step.work);
    const Stopwatch watch(context.profile, single.time);
    if (Status s = run_single(single, step.dying, context); !s) {
      return std::move(s).error().with_context(describe(graph_, graph_.node(single.id)));
    }
  }
  for (const ValueId v : step.dying) value(v) = Datum();
  return {};
}

// What comes from nodes outside may be of other sizes than inference made of it.
Status DynamicPlan::run_region(Region& region, const DynamicContext& context) {
  std::vector<TensorView> in;
  for (const ValueId v : region.inputs) {
    const Datum& datum = value(v);
    const TensorType& planned = graph_.value(v).type.tensor;
    const bool fits = datum.is_tensor() && datum.tensor().dtype() == planned.dtype &&
                      datum.tensor().dims() == *planned.dims();
    if (!fits) {
      const std::string is =
          datum.is_tensor() ? to_string(info_of(datum).type) : std::string("no tensor");
      return Error{Code::kInvalidArgument,
                   cat("value '", graph_.value(v).name, "' is ", is, ", not ", to_string(planned))};
    }
    in.push_back(datum.tensor().view());
  }
  const auto times =
      context.profile ? std::span(region.times) : std::span<std::chrono::nanoseconds>();
  MOTE_ASSIGN(std::vector<Tensor> outputs, run_plan(*region.plan, in, times, context));
  for (std::size_t i = 0; i < outputs.size(); ++i) value(region.outputs[i]) = std::move(outputs[i]);
  return {};
}

Status DynamicPlan::run_single(Single& single, std::span<const ValueId> dying,
                               const DynamicContext& context) {
  const Node& node = graph_.node(single.id);
  std::vector<Datum> results;
  if (node.op != nullptr && node.op->compute != nullptr) {
    MOTE_ASSIGN(results, compute(single, dying, context));
  } else {
    std::vector<Datum> in;
    for (const ValueId v : node.inputs) in.push_back(read(v));
    MOTE_ASSIGN(results, single.late.run(graph_, single.id, in, context));
  }
  for (std::size_t i = 0; i < node.outputs.size() && i < results.size(); ++i) {
    if (node.outputs[i] == ValueId::kNone) continue;
    if (results[i].is_tensor() && results[i].tensor().dtype() == DType::kString) {
      MOTE_ASSIGN(results[i], context.allocator.counted_text(results[i].tensor()));
    }
    value(node.outputs[i]) = std::move(results[i]);
  }
  return {};
}

Result<std::vector<Datum>> DynamicPlan::compute(Single& single, std::span<const ValueId> dying,
                                                const DynamicContext& context) {
  const Node& node = graph_.node(single.id);
  const auto declared = node.declared_inputs().size();
  std::vector<Datum> in;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const ValueId v = node.inputs[i];
    // What dies here is the operator's own, unless it is read in two places.
    const bool last =
        std::ranges::find(dying, v) != dying.end() && std::ranges::count(node.inputs, v) == 1;
    in.push_back(last ? std::exchange(value(v), Datum()) : read(v));
  }
  std::vector<Tensor> constants;
  for (std::size_t i = declared; i < node.inputs.size(); ++i) {
    constants.push_back(graph_.value(node.inputs[i]).constant);
  }
  std::vector<Type> types;
  for (const ValueId v : node.outputs) {
    types.push_back(v == ValueId::kNone ? Type() : graph_.value(v).type);
  }
  std::vector<Datum> results(node.outputs.size());
  NodeSubgraphs subgraphs(single.subgraphs, std::move(constants), context);
  MOTE_TRY(node.op->compute(node.params.get(), {.in = std::span(in).first(declared),
                                                .captured = std::span(in).subspan(declared),
                                                .out = results,
                                                .out_types = types,
                                                .allocator = context.allocator,
                                                .subgraphs = subgraphs,
                                                .workers = context.workers,
                                                .stop = context.stop}));
  return results;
}

std::uint64_t DynamicPlan::packed_bytes() const {
  std::uint64_t bytes = 0;
  for (const DynamicStep& step : steps_) {
    if (const auto* region = std::get_if<Region>(&step.work)) {
      bytes += region->plan->packed_bytes();
    } else {
      const auto& single = std::get<Single>(step.work);
      bytes += single.late.packed_bytes() + single.subgraphs.packed_bytes();
    }
  }
  return bytes;
}

std::vector<StepProfile> DynamicPlan::profile() const {
  std::vector<StepProfile> rows;
  for (const DynamicStep& step : steps_) {
    if (const auto* region = std::get_if<Region>(&step.work)) {
      for (std::size_t i = 0; i < region->times.size(); ++i) {
        const PlannedStep& s = region->plan->steps()[i];
        rows.push_back(
            {s.node, s.op, std::string(s.step->kernel()), region->times[i], s.macs, s.bytes});
      }
      continue;
    }
    const auto& single = std::get<Single>(step.work);
    const Node& node = graph_.node(single.id);
    const bool named = !node.name.empty() || node.outputs[0] == ValueId::kNone;
    rows.push_back({named ? node.name : graph_.value(node.outputs[0]).name,
                    node.domain.empty() ? node.op_type : cat(node.domain, ".", node.op_type),
                    "dynamic", single.time, 0});
  }
  return rows;
}

}  // namespace mote
