#include "runtime/testing/run_graph.h"

#include "base/result.h"
#include "runtime/dynamic/dynamic_plan.h"

namespace mote {
namespace {

Result<std::vector<Datum>> run_static(const Plan& plan, const std::vector<Datum>& inputs,
                                      Workers& workers, const StopToken& stop) {
  std::vector<TensorView> in;
  for (const Datum& d : inputs) in.push_back(d.tensor().view());
  std::vector<Datum> results;
  std::vector<MutTensorView> out;
  for (const TensorType& type : plan.outputs()) {
    MOTE_ASSIGN(Tensor t, Tensor::zeros(type.dtype, *type.dims()));
    out.push_back(t.mut());
    results.push_back(std::move(t));
  }
  const auto bytes = static_cast<std::int64_t>(plan.arena_bytes());
  MOTE_ASSIGN(Tensor arena, Tensor::zeros(DType::kU8, {bytes}));
  auto* memory = static_cast<std::byte*>(arena.mut().data);
  MOTE_TRY(plan.run(in, {}, out, memory, workers, stop));
  return results;
}

}  // namespace

Result<std::vector<Datum>> run_plan(const Plan& plan, const std::vector<Datum>& inputs, int threads,
                                    const StopToken& stop) {
  Workers workers(threads);
  const StoppableLoops stoppable(workers, stop);
  return run_static(plan, inputs, workers, stop);
}

Result<std::vector<Datum>> run_graph(const Graph& graph, const std::vector<Datum>& inputs,
                                     PlanOptions options, const RunWay& way,
                                     const StopToken& stop) {
  std::vector<InputInfo> infos;
  for (const Datum& d : inputs) infos.push_back(info_of(d));
  options.regions = way.mode == RunWay::Mode::kRegions;
  MOTE_ASSIGN(Graph specialized, specialize(graph, infos, {}, options));
  Workers workers(way.threads);
  options.workers = &workers;
  const StoppableLoops stoppable(workers, stop);
  if (way.mode == RunWay::Mode::kStatic) {
    MOTE_ASSIGN(const auto plan, plan_specialized(std::move(specialized), options));
    if (!plan) return Error{Code::kUnavailable, "known only as it runs"};
    return run_static(*plan, inputs, workers, stop);
  }
  MOTE_ASSIGN(const auto plan, DynamicPlan::make(std::move(specialized), options));
  BudgetAllocator allocator(std::make_shared<MemoryBudget>(options.memory_budget_bytes));
  Arena arena;
  return plan->run(inputs, {}, {options, allocator, arena, workers, stop});
}

}  // namespace mote
