// SessionPlans: the plans of one session, by the sizes of the inputs they are for.
#pragma once
#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "mote/session.h"
#include "runtime/dynamic/dynamic_plan.h"
#include "runtime/memory_budget.h"
#include "runtime/plan.h"

namespace mote {

struct CachedPlan {
  std::vector<Dims> input_dims;          // rank 0 for inputs that are no tensors
  std::shared_ptr<const Plan> plan;      // one of the two
  std::unique_ptr<DynamicPlan> dynamic;  // some size is known only as the graph runs
  std::vector<std::chrono::nanoseconds> times;

  std::uint64_t packed_bytes() const {
    return plan ? plan->packed_bytes() : dynamic ? dynamic->packed_bytes() : 0;
  }
};

class SessionPlans {
 public:
  // options, kernels and workers outlive it.
  SessionPlans(std::shared_ptr<const Model> model, const SessionOptions& options,
               const KernelTable& kernels, Workers& workers)
      : model_(std::move(model)), options_(options), kernels_(kernels), workers_(workers) {}

  // The plan for inputs of these sizes, and memory for it. Where there is one, nothing is
  // allocated. Errors: kInvalidArgument: sizes that the model does not take; kUnsupported;
  // kResourceExhausted.
  Result<CachedPlan*> plan_for(std::span<const Dims> input_dims);
  // The one that plan_for gave last; null if there is none.
  const CachedPlan* latest() const { return plans_.empty() ? nullptr : &plans_.front(); }

  // Gives up the memory that a dynamic run of the latest plan does not need: other plans, the
  // arena. False: there was none.
  bool make_room();

  Arena& arena() { return arena_; }
  PlanOptions plan_options() const;
  // What a dynamic run may allocate: plans and arena are taken from it. Errors: kResourceExhausted.
  Result<std::shared_ptr<MemoryBudget>> budget_of_run() const;

 private:
  Result<CachedPlan> new_plan(std::span<const Dims> input_dims);
  Result<CachedPlan> make(std::span<const Dims> input_dims) const;
  Status check_budget(const CachedPlan& plan) const;
  std::string key_of(std::span<const Dims> input_dims) const;
  std::vector<InputInfo> infos_of(std::span<const Dims> input_dims) const;
  const Graph& graph() const;

  std::shared_ptr<const Model> model_;
  const SessionOptions& options_;
  const KernelTable& kernels_;
  Workers& workers_;
  std::vector<CachedPlan> plans_;  // the most recently used first
  Arena arena_;
};

}  // namespace mote
