// What all parts of a dynamic run share.
#pragma once
#include "ir/step.h"
#include "runtime/memory_budget.h"
#include "runtime/plan.h"

namespace mote {

struct DynamicContext {
  const PlanOptions& options;
  BudgetAllocator& allocator;
  Arena& arena;  // of the plan that runs; plans do not nest
  Workers& workers;
  const StopToken& stop;
  bool profile = false;

  // Options of a plan that is made now: its budget is what is left. Its weights are packed by the
  // caller alone: loops of a run may end early, and the plan is kept.
  PlanOptions plan_options() const {
    PlanOptions o = options;
    o.memory_budget_bytes = allocator.budget().left();
    o.workers = nullptr;
    return o;
  }
};

// What is known of a datum but for its value: kind, element type and, if wanted, sizes.
InputInfo info_of(const Datum& datum, bool with_sizes = true);

// The kind, dtype and sizes for which a plan was made.
struct DatumKey {
  Datum::Kind kind = Datum::Kind::kNone;
  DType dtype = DType::kUndefined;
  Dims dims;
  bool operator==(const DatumKey&) const = default;
};
DatumKey key_of(const Datum& datum);
std::vector<DatumKey> keys_of(std::span<const Datum> data);

// Runs a plan into new tensors. Errors: as Plan::run; kResourceExhausted.
Result<std::vector<Tensor>> run_plan(const Plan& plan, std::span<const TensorView> in,
                                     std::span<std::chrono::nanoseconds> times,
                                     const DynamicContext& context);

// Strings that a node is about to make from `in` may not be longer than the budget: `count` of
// them, each of all that one element of each input holds. Errors: kResourceExhausted.
Status expect_strings(std::span<const Datum> in, std::int64_t count, const DynamicContext& context);

}  // namespace mote
