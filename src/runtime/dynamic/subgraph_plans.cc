#include "runtime/dynamic/subgraph_plans.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"
#include "runtime/dynamic/dynamic_plan.h"

namespace mote {
namespace {

// Plans for concrete sizes of one subgraph; whoever brings more of them gets the one for any.
constexpr std::ptrdiff_t kMaxSpecial = 2;

// Declared sizes give way to those at hand.
void declare(Graph& graph, std::span<const InputInfo> inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Type& declared = graph.value(graph.inputs[i]).type;
    const bool tensors =
        declared.kind == Type::Kind::kTensor && inputs[i].type.kind == Type::Kind::kTensor;
    if (tensors && inputs[i].present) declared.tensor.shape.reset();
  }
}

}  // namespace

struct SubgraphPlans::Entry {
  const Graph* graph;
  std::vector<DatumKey> keys;
  bool for_any_size;
  std::unique_ptr<DynamicPlan> plan;
};

SubgraphPlans::SubgraphPlans() = default;
SubgraphPlans::~SubgraphPlans() = default;
SubgraphPlans::SubgraphPlans(SubgraphPlans&&) noexcept = default;
SubgraphPlans& SubgraphPlans::operator=(SubgraphPlans&&) noexcept = default;

Result<DynamicPlan*> SubgraphPlans::plan_for(const Graph& graph, std::span<const Datum> inputs,
                                             std::span<const Datum> captured,
                                             std::span<const Tensor> constants,
                                             const DynamicContext& context) {
  std::vector<DatumKey> keys = keys_of(inputs);
  for (const Datum& datum : captured) keys.push_back(key_of(datum));
  const auto is_hit = [&](const Entry& e) {
    return e.graph == &graph && !e.for_any_size && e.keys == keys;
  };
  const auto special = [&](const Entry& e) { return e.graph == &graph && !e.for_any_size; };
  const auto any_size = [&](const Entry& e) { return e.graph == &graph && e.for_any_size; };
  auto found = std::ranges::find_if(entries_, is_hit);
  if (found != entries_.end()) return found->plan.get();
  const bool full = std::ranges::count_if(entries_, special) >= kMaxSpecial;
  if (full) {
    // Kinds and element types are part of what it was made for.
    const auto fits = [&](const Entry& e) {
      return any_size(e) && std::ranges::equal(e.keys, keys, [](const auto& a, const auto& b) {
               return a.kind == b.kind && a.dtype == b.dtype;
             });
    };
    found = std::ranges::find_if(entries_, fits);
    if (found != entries_.end()) return found->plan.get();
    std::erase_if(entries_, [&](const Entry& e) {
      if (any_size(e)) context.allocator.budget().give_back(e.plan->packed_bytes());
      return any_size(e);
    });
  }
  std::vector<InputInfo> in, around;
  for (const Datum& datum : inputs) in.push_back(info_of(datum, !full));
  for (std::size_t i = 0; i < captured.size(); ++i) {
    around.push_back(info_of(captured[i], !full));
    around.back().constant = constants[i];
    if (constants[i]) around.back().type = TensorType(constants[i].dtype(), constants[i].dims());
  }
  Graph declared = graph;
  declare(declared, in);
  const PlanOptions options = context.plan_options();
  MOTE_ASSIGN(Graph specialized, specialize(declared, in, around, options));
  MOTE_ASSIGN(auto plan, DynamicPlan::make(std::move(specialized), options));
  MOTE_TRY(context.allocator.budget().take(plan->packed_bytes()));
  entries_.push_back({&graph, std::move(keys), full, std::move(plan)});
  return entries_.back().plan.get();
}

Result<std::vector<Datum>> SubgraphPlans::run(const Graph& graph, std::vector<Datum> inputs,
                                              std::span<const Datum> captured,
                                              std::span<const Tensor> constants,
                                              const DynamicContext& context) {
  if (inputs.size() != graph.inputs.size()) {
    return Error{Code::kInvalidArgument, cat("graph '", graph.name, "' takes ", graph.inputs.size(),
                                             " inputs, is given ", inputs.size())};
  }
  MOTE_ASSIGN(DynamicPlan * plan, plan_for(graph, inputs, captured, constants, context));
  return plan->run(std::move(inputs), captured, context);
}

std::uint64_t SubgraphPlans::packed_bytes() const {
  std::uint64_t bytes = 0;
  for (const Entry& e : entries_) bytes += e.plan->packed_bytes();
  return bytes;
}

}  // namespace mote
