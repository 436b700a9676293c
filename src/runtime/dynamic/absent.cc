// In place of plans that are made as a graph runs, in builds whose models need none.
#include "base/check.h"
#include "base/result.h"
#include "runtime/dynamic/dynamic_plan.h"

namespace mote {

Result<std::unique_ptr<DynamicPlan>> DynamicPlan::make(Graph, const PlanOptions&) {
  return Error{Code::kUnsupported,
               "some size is known only as the model runs, and this build runs no such models"};
}

// None is ever made.
Result<std::vector<Datum>> DynamicPlan::run(std::vector<Datum>, std::span<const Datum>,
                                            const DynamicContext&) {
  MOTE_CHECK(false);
}
std::uint64_t DynamicPlan::packed_bytes() const { MOTE_CHECK(false); }
std::vector<StepProfile> DynamicPlan::profile() const { MOTE_CHECK(false); }

struct SubgraphPlans::Entry {};
SubgraphPlans::SubgraphPlans() = default;
SubgraphPlans::~SubgraphPlans() = default;
SubgraphPlans::SubgraphPlans(SubgraphPlans&&) noexcept = default;
SubgraphPlans& SubgraphPlans::operator=(SubgraphPlans&&) noexcept = default;

}  // namespace mote
