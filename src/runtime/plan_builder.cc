// Making a Plan: passes and lowering, steps, lifetimes, places.
#include <algorithm>
#include <map>

#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "ir/inference.h"
#include "ops/support/copy.h"
#include "runtime/join_rows.h"
#include "runtime/placement.h"
#include "runtime/plan.h"

namespace mote {
namespace {

class ReferenceStep final : public Step {
 public:
  ReferenceStep(const OpDef& op, std::shared_ptr<const OpParams> params)
      : op_(op), params_(std::move(params)) {}
  std::string_view kernel() const override { return "reference"; }
  Status run(const RunArgs& args) const override { return op_.reference(params_.get(), args); }

 private:
  const OpDef& op_;
  std::shared_ptr<const OpParams> params_;
};

class CopyStep final : public Step {
 public:
  std::string_view kernel() const override { return "copy"; }
  Status run(const RunArgs& args) const override { return copy_elements(args.in[0], args.out[0]); }
};

class PlannedSubgraph final : public SubPlan {
 public:
  explicit PlannedSubgraph(std::unique_ptr<Plan> plan) : plan_(std::move(plan)) {}
  std::size_t arena_bytes() const override { return plan_->arena_bytes(); }
  std::size_t packed_bytes() const override { return plan_->packed_bytes(); }
  Status run(std::span<const TensorView> in, std::span<const TensorView> captured,
             std::span<const MutTensorView> out, std::byte* arena, Workers& workers,
             const StopToken& stop) const override {
    return plan_->run(in, captured, out, arena, workers, stop);
  }

 private:
  std::unique_ptr<Plan> plan_;
};

class Subgraphs final : public SubgraphPlanner {
 public:
  explicit Subgraphs(const PlanOptions& options) : options_(options) {
    options_.derivations = nullptr;
  }
  Result<std::unique_ptr<SubPlan>> plan(const Graph& graph, std::span<const InputInfo> inputs,
                                        std::span<const InputInfo> captured) const override {
    MOTE_ASSIGN(auto plan, make_plan(graph, inputs, captured, options_));
    if (!plan) return std::unique_ptr<SubPlan>();
    return std::make_unique<PlannedSubgraph>(std::move(plan));
  }

 private:
  PlanOptions options_;
};

}  // namespace

bool has_concrete_type(const InputInfo& info) {
  return info.type.kind == Type::Kind::kTensor && info.type.tensor.dims().has_value() &&
         info.type.tensor.dtype != DType::kString;
}

bool may_be_static(const Node& node, const TypeInference& types) {
  const OpDef* op = node.op;
  if (op == nullptr || op->decompose != nullptr) return false;
  if (op->compute != nullptr && op->reference == nullptr && op->prepare == nullptr) return false;
  const auto concrete = [&](ValueId v) {
    return v == ValueId::kNone || has_concrete_type(types.known(v));
  };
  return std::ranges::all_of(node.inputs, concrete) && std::ranges::all_of(node.outputs, concrete);
}

Result<std::unique_ptr<const Step>> prepare_step(const Node& node, std::span<const InputInfo> in,
                                                 std::span<const InputInfo> out,
                                                 const PlanOptions& options) {
  const OpDef& op = *node.op;
  const bool use_kernels = options.optimize || op.reference == nullptr;
  if (op.prepare != nullptr && use_kernels) {
    const Subgraphs subgraphs(options);
    const auto declared = node.declared_inputs().size();
    const PrepareArgs args{.op_params = node.params.get(),
                           .in = in.first(declared),
                           .captured = in.subspan(declared),
                           .out = out,
                           .kernels = options.kernels,
                           .subgraphs = &subgraphs,
                           .packed_budget_bytes = options.memory_budget_bytes,
                           .derived = options.derivations,
                           .workers = options.workers};
    MOTE_ASSIGN(std::unique_ptr<Step> step, op.prepare(args));
    if (step) return std::unique_ptr<const Step>(std::move(step));
  }
  if (op.reference == nullptr && op.compute != nullptr) return std::unique_ptr<const Step>();
  if (op.reference == nullptr) {
    return Error{Code::kUnsupported, "no kernel for these element types and sizes"};
  }
  return std::unique_ptr<const Step>(std::make_unique<ReferenceStep>(op, node.params));
}

// Builds one Plan from one graph whose types are inferred.
class PlanBuilder {
 public:
  PlanBuilder(const Graph& graph, const TypeInference& types, const PlanOptions& options)
      : graph_(graph), types_(types), options_(options), bytes_(graph.value_count()) {}

  // False: a size is unknown. That is found out before weights are packed.
  Result<bool> make_steps() {
    for (const NodeId id : graph_.node_ids()) {
      MOTE_TRY(require_operator(graph_.node(id)));
      if (!may_be_static(graph_.node(id), types_)) return false;
    }
    for (const GraphOutput& output : graph_.outputs) {
      if (!has_concrete_type(types_.known(output.value))) return false;
    }
    for (const NodeId id : graph_.node_ids()) {
      const Node& node = graph_.node(id);
      auto known = make_step(id);
      if (!known) return std::move(known).error().with_context(describe(graph_, node));
      if (!*known) return false;
    }
    return true;
  }

  Result<std::unique_ptr<Plan>> build() {
    if (options_.optimize) join_rows(graph_, options_.rows, steps_);
    for (const PreparedStep& s : steps_) {
      nodes_.push_back({s.inputs, s.outputs, s.step.get(), s.nodes.back()});
    }
    MOTE_ASSIGN(placement_, place_values(graph_, nodes_, bytes_, options_.memory_budget_bytes));
    auto plan = std::make_unique<Plan>();
    for (const GraphOutput& output : graph_.outputs) {
      plan->outputs_.push_back(graph_.value(output.value).type.tensor);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) add_planned(i, *plan);
    for (const int k : placement_.copied_outputs) add_copy(k, *plan);
    MOTE_TRY(set_sizes(*plan));
    return plan;
  }

 private:
  static Status require_operator(const Node& node) {
    if (node.op != nullptr) return {};
    return Error{Code::kUnsupported, cat("operator ", node.op_type, " is not one of this build")};
  }

  Result<bool> make_step(NodeId id) {
    const Node& node = graph_.node(id);
    std::vector<InputInfo> in, out;
    for (const ValueId v : node.inputs) in.push_back(types_.known(v));
    for (const ValueId v : node.outputs) out.push_back(types_.known(v));
    for (std::size_t i = 0; i < out.size(); ++i) {
      const TensorType& type = out[i].type.tensor;
      const ValueId y = node.outputs[i];
      MOTE_ASSIGN(bytes_[static_cast<std::size_t>(y)],
                  checked_size(graph_.value(y), type, options_.memory_budget_bytes));
    }
    std::unique_ptr<const Step> step;
    if (options_.derivations != nullptr) options_.derivations->begin(graph_, id);
    if (!node.op->view) {
      PlanOptions left = options_;
      left.memory_budget_bytes -= packed_bytes_;
      MOTE_ASSIGN(step, prepare_step(node, in, out, left));
      if (!step) return false;
      packed_bytes_ += std::min<std::uint64_t>(step->packed_bytes(), left.memory_budget_bytes);
    }
    if (options_.derivations != nullptr) options_.derivations->end(graph_, id, step.get());
    steps_.push_back({{id}, node.inputs, node.outputs, std::move(step), count_macs(node, in, out)});
    return true;
  }

  std::int64_t count_macs(const Node& node, std::span<const InputInfo> in,
                          std::span<const InputInfo> out) const {
    if (node.op->macs == nullptr) return 0;
    return node.op->macs({.op_params = node.params.get(),
                          .in = in.first(node.declared_inputs().size()),
                          .captured = {},
                          .out = out,
                          .kernels = options_.kernels});
  }

  Operand operand(ValueId id, Plan& plan) {
    if (id == ValueId::kNone) return {};
    const ValuePlace& place = placement_.values[static_cast<std::size_t>(id)];
    const TensorType& type = graph_.value(id).type.tensor;
    Operand o{Operand::Place::kNone, place.at, type.dtype, *type.dims()};
    switch (place.kind) {
      case ValuePlace::Kind::kNowhere:
        break;
      case ValuePlace::Kind::kInput:
        o.place = Operand::Place::kInput;
        break;
      case ValuePlace::Kind::kCaptured:
        o.place = Operand::Place::kCaptured;
        break;
      case ValuePlace::Kind::kOutput:
        o.place = Operand::Place::kOutput;
        break;
      case ValuePlace::Kind::kArena:
        o.place = Operand::Place::kArena;
        break;
      case ValuePlace::Kind::kConstant:
        o.place = Operand::Place::kConstant;
        o.at = constant_index(static_cast<ValueId>(place.at), plan);
        break;
    }
    return o;
  }

  // Constants that steps only packed are not kept.
  std::uint64_t constant_index(ValueId id, Plan& plan) {
    const auto [it, added] = constants_.try_emplace(id, plan.constants_.size());
    if (added) plan.constants_.push_back(graph_.value(id).constant);
    return it->second;
  }

  void add_planned(std::size_t i, Plan& plan) {
    PreparedStep& prepared = steps_[i];
    if (!prepared.step) return;
    PlannedStep planned;
    for (int k = 0; k < std::ssize(prepared.inputs); ++k) {
      const ValueId in = prepared.inputs[static_cast<std::size_t>(k)];
      planned.in.push_back(prepared.step->reads(k) ? operand(in, plan) : Operand());
    }
    for (const ValueId out : prepared.outputs) planned.out.push_back(operand(out, plan));
    planned.scratch = nodes_[i].scratch_at;
    for (const NodeId id : prepared.nodes) name_node(graph_.node(id), planned);
    planned.macs = prepared.macs;
    plan.packed_bytes_ += prepared.step->packed_bytes();
    planned.bytes = bytes_of(planned) + static_cast<std::int64_t>(prepared.step->packed_bytes());
    planned.step = std::move(prepared.step);
    plan.steps_.push_back(std::move(planned));
  }

  static std::int64_t bytes_of(const PlannedStep& planned) {
    std::int64_t total = 0;
    for (const auto* operands : {&planned.in, &planned.out}) {
      for (const Operand& o : *operands) {
        if (o.place == Operand::Place::kNone) continue;
        if (const auto bytes = byte_size(o.dtype, o.dims)) {
          total += static_cast<std::int64_t>(*bytes);
        }
      }
    }
    return total;
  }

  void name_node(const Node& node, PlannedStep& planned) const {
    const std::string_view joint = planned.node.empty() ? "" : " + ";
    const std::string name = node.name.empty() ? graph_.value(node.outputs[0]).name : node.name;
    planned.node += cat(joint, name);
    planned.op += cat(joint, node.domain, node.domain.empty() ? "" : ".", node.op_type);
  }

  void add_copy(int k, Plan& plan) {
    const GraphOutput& output = graph_.outputs[static_cast<std::size_t>(k)];
    PlannedStep planned;
    planned.step = std::make_unique<CopyStep>();
    planned.in.push_back(operand(output.value, plan));
    planned.out.push_back(planned.in[0]);
    planned.out[0].place = Operand::Place::kOutput;
    planned.out[0].at = static_cast<std::uint64_t>(k);
    planned.node = output.name;
    planned.op = "copy";
    planned.bytes = bytes_of(planned);
    plan.steps_.push_back(std::move(planned));
  }

  // Behind the values there is room for the views of one step's operands.
  Status set_sizes(Plan& plan) const {
    std::size_t most = 0;
    for (const PlannedStep& s : plan.steps_) most = std::max(most, s.in.size() + s.out.size());
    plan.views_at_ = placement_.arena_bytes;
    plan.arena_bytes_ = plan.views_at_ + most * std::max(sizeof(TensorView), sizeof(MutTensorView));
    const std::uint64_t total = plan.arena_bytes_ + plan.packed_bytes_;
    if (total <= options_.memory_budget_bytes) return {};
    return Error{Code::kResourceExhausted,
                 cat("packed weights (", human_bytes(plan.packed_bytes_), ") and working memory (",
                     human_bytes(plan.arena_bytes_), ") are over the memory budget of ",
                     human_bytes(options_.memory_budget_bytes))};
  }

  const Graph& graph_;
  const TypeInference& types_;
  const PlanOptions& options_;
  std::vector<PreparedStep> steps_;
  std::vector<PlacedNode> nodes_;     // as steps_
  std::vector<std::uint64_t> bytes_;  // by value id
  std::uint64_t packed_bytes_ = 0;    // of the steps so far, at most the budget
  Placement placement_;
  std::map<ValueId, std::uint64_t> constants_;  // those that some step reads, by index in the plan
};

namespace {

// Every output of every node gets a value, so that steps need not ask which are wanted.
void name_all_outputs(Graph& graph) {
  for (const NodeId id : graph.node_ids()) {
    for (std::size_t i = 0; i < graph.node(id).outputs.size(); ++i) {
      if (graph.node(id).outputs[i] != ValueId::kNone) continue;
      const ValueId unused = graph.add_value("unused");
      graph.value(unused).producer = id;
      graph.node(id).outputs[i] = unused;
    }
  }
}

}  // namespace

Result<std::unique_ptr<Plan>> plan_specialized(Graph graph, const PlanOptions& options) {
  name_all_outputs(graph);
  TypeInference types(graph);
  MOTE_TRY(types.infer_all());
  PlanBuilder builder(graph, types, options);
  MOTE_ASSIGN(const bool known, builder.make_steps());
  if (!known) return std::unique_ptr<Plan>();
  return builder.build();
}

Result<std::unique_ptr<Plan>> make_plan(const Graph& graph, std::span<const InputInfo> inputs,
                                        std::span<const InputInfo> captured,
                                        const PlanOptions& options) {
  MOTE_ASSIGN(Graph specialized, specialize(graph, inputs, captured, options));
  return plan_specialized(std::move(specialized), options);
}

}  // namespace mote
