#include "runtime/dynamic/late_node.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "ir/inference.h"
#include "ops/decomposition.h"
#include "runtime/dynamic/dynamic_plan.h"

namespace mote {
namespace {

constexpr std::size_t kMaxPrepared = 4;

// The inputs' types; and values: of constants of the graph, or all.
std::vector<InputInfo> infos_of(const Graph& graph, const Node& node, std::span<const Datum> in,
                                bool all_values) {
  std::vector<InputInfo> infos;
  for (std::size_t i = 0; i < in.size(); ++i) {
    infos.push_back(info_of(in[i]));
    const bool known = all_values || graph.is_constant(node.inputs[i]);
    if (known && in[i].is_tensor()) infos.back().constant = in[i].tensor();
  }
  return infos;
}

Result<std::vector<InputInfo>> infer(const Node& node, std::span<const InputInfo> in) {
  const auto declared = node.declared_inputs().size();
  std::vector<InputInfo> out(node.outputs.size());
  MOTE_TRY(infer_outputs(*node.op, {.op_params = node.params.get(),
                                    .in = in.first(declared),
                                    .captured = in.subspan(declared),
                                    .output_count = out.size(),
                                    .out = out}));
  return out;
}

bool all_sized(std::span<const InputInfo> infos) {
  return std::ranges::all_of(infos, [](const InputInfo& info) {
    return info.type.kind == Type::Kind::kTensor && info.type.tensor.dims();
  });
}

// Work that lowering and packing pay for, and composites.
bool is_worth_a_plan(const OpDef& op) { return op.macs != nullptr || op.decompose != nullptr; }

// A graph of `node` alone, whose inputs are those that are there; known values are constants.
Graph graph_of(const Node& node, std::span<const InputInfo> in) {
  Graph one;
  Node copy = node;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (!in[i].present) {
      copy.inputs[i] = ValueId::kNone;
    } else if (in[i].constant) {
      copy.inputs[i] = one.add_constant("constant", in[i].constant);
    } else {
      copy.inputs[i] = one.add_input("in", in[i].type);
    }
  }
  for (std::size_t i = 0; i < node.outputs.size(); ++i) copy.outputs[i] = one.add_value("out");
  for (const ValueId v : copy.outputs) one.add_output({v, one.value(v).name, {}, {}});
  one.add_node(std::move(copy));
  return one;
}

std::vector<InputInfo> not_constant(std::span<const InputInfo> in) {
  std::vector<InputInfo> infos;
  for (const InputInfo& info : in) {
    if (info.present && !info.constant) infos.push_back(info);
  }
  return infos;
}

std::vector<TensorView> views_of(std::span<const Datum> in) {
  std::vector<TensorView> views;
  for (const Datum& d : in) views.push_back(d.is_tensor() ? d.tensor().view() : TensorView());
  return views;
}

Result<std::vector<Datum>> run_step(const Step& step, std::span<const Datum> in,
                                    std::span<const TensorType> out_types,
                                    const DynamicContext& context) {
  std::vector<Datum> results;
  std::vector<MutTensorView> out;
  for (const TensorType& type : out_types) {
    const Dims dims = *type.dims();
    if (type.dtype == DType::kString) MOTE_TRY(expect_strings(in, dims.count(), context));
    MOTE_ASSIGN(Tensor t, context.allocator.allocate(type.dtype, dims));
    out.push_back(t.mut());
    results.push_back(std::move(t));
  }
  const auto scratch_bytes = step.scratch_bytes();
  MOTE_TRY(context.arena.reserve(scratch_bytes, context.allocator.budget()));
  const std::vector<TensorView> views = views_of(in);
  MOTE_TRY(step.run({.in = views,
                     .out = out,
                     .scratch = context.arena.data(),
                     .workers = context.workers,
                     .stop = context.stop}));
  return results;
}

}  // namespace

Result<std::vector<Datum>> LateNode::run(const Graph& graph, NodeId id, std::span<const Datum> in,
                                         const DynamicContext& context) {
  const Node& node = graph.node(id);
  if (node.op == nullptr) {
    return Error{Code::kUnsupported, cat("operator ", node.op_type, " is not one of this build")};
  }
  const auto no_tensor = [](const Datum& d) { return d && !d.is_tensor(); };
  if (std::ranges::any_of(in, no_tensor)) {
    // Identity alone takes anything and computes nothing.
    if (node.op->view) return std::vector<Datum>{in[0]};
    return Error{Code::kInvalidArgument, "takes tensors, is given a sequence or a map"};
  }
  if (node.op->view && !in[0]) return std::vector<Datum>{Datum()};
  MOTE_ASSIGN(const Prepared* prepared, prepared_for(graph, node, in, context));
  if (prepared == nullptr) return run_by_value(graph, node, in, context);
  if (node.op->view) return std::vector<Datum>{in[0].tensor().reshaped(*prepared->out[0].dims())};
  if (prepared->plan) {
    std::vector<TensorView> views;
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (in[i] && !graph.is_constant(node.inputs[i])) views.push_back(in[i].tensor().view());
    }
    MOTE_ASSIGN(std::vector<Tensor> tensors, run_plan(*prepared->plan, views, {}, context));
    return std::vector<Datum>(tensors.begin(), tensors.end());
  }
  return run_step(*prepared->step, in, prepared->out, context);
}

// Null: the sizes hang on values too.
Result<const LateNode::Prepared*> LateNode::prepared_for(const Graph& graph, const Node& node,
                                                         std::span<const Datum> in,
                                                         const DynamicContext& context) {
  std::vector<DatumKey> keys = keys_of(in);
  const auto hit = std::ranges::find(prepared_, keys, &Prepared::keys);
  if (hit != prepared_.end()) {
    std::rotate(prepared_.begin(), hit, hit + 1);
    return &prepared_.front();
  }
  const std::vector<InputInfo> infos = infos_of(graph, node, in, false);
  MOTE_ASSIGN(const std::vector<InputInfo> out, infer(node, infos));
  if (!all_sized(out)) return static_cast<const Prepared*>(nullptr);
  Prepared made;
  made.keys = std::move(keys);
  for (const InputInfo& info : out) made.out.push_back(info.type.tensor);
  const PlanOptions options = context.plan_options();
  if (is_worth_a_plan(*node.op)) {
    MOTE_ASSIGN(made.plan, make_plan(graph_of(node, infos), not_constant(infos), {}, options));
    if (!made.plan) return static_cast<const Prepared*>(nullptr);
  } else if (!node.op->view) {
    MOTE_ASSIGN(made.step, prepare_step(node, infos, out, options));
  }
  MemoryBudget& budget = context.allocator.budget();
  if (prepared_.size() == kMaxPrepared) {
    budget.give_back(prepared_.back().packed_bytes());
    prepared_.pop_back();
  }
  MOTE_TRY(budget.take(made.packed_bytes()));
  prepared_.insert(prepared_.begin(), std::move(made));
  return &prepared_.front();
}

// Prepared for this run alone.
Result<std::vector<Datum>> LateNode::run_by_value(const Graph& graph, const Node& node,
                                                  std::span<const Datum> in,
                                                  const DynamicContext& context) {
  const std::vector<InputInfo> infos = infos_of(graph, node, in, true);
  if (node.op->decompose != nullptr) {
    const PlanOptions options = context.plan_options();
    Graph one = graph_of(node, infos);
    MOTE_TRY(decompose_all(one, Undecomposed::kAreErrors));
    MOTE_ASSIGN(one, specialize(one, {}, {}, options));
    MOTE_ASSIGN(const auto plan, DynamicPlan::make(std::move(one), options));
    return plan->run({}, {}, context);
  }
  MOTE_ASSIGN(const std::vector<InputInfo> out, infer(node, infos));
  std::vector<TensorType> types;
  for (const InputInfo& info : out) {
    if (info.type.kind != Type::Kind::kTensor || !info.type.tensor.dims()) {
      return Error{Code::kUnsupported, cat("gives a value of type ", to_string(info.type),
                                           ", whose size this build cannot know beforehand")};
    }
    types.push_back(info.type.tensor);
  }
  if (node.op->view) return std::vector<Datum>{in[0].tensor().reshaped(*types[0].dims())};
  // Packing for one run is wasted: values that are no constants are not shown.
  const std::vector<InputInfo> shown = infos_of(graph, node, in, false);
  MOTE_ASSIGN(const auto step, prepare_step(node, shown, out, context.plan_options()));
  return run_step(*step, in, types, context);
}

std::uint64_t LateNode::packed_bytes() const {
  std::uint64_t bytes = 0;
  for (const Prepared& p : prepared_) bytes += p.packed_bytes();
  return bytes;
}

}  // namespace mote
