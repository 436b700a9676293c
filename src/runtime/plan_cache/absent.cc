// In place of the plan cache, in builds without.
#include "base/check.h"
#include "base/result.h"
#include "runtime/plan_cache/plan_cache.h"

namespace mote {

Result<std::unique_ptr<PlanCache>> PlanCache::open(const std::filesystem::path&,
                                                   const ModelOptions&, FileSystem&) {
  return Error{Code::kUnsupported, "plan_cache: this build keeps no plans"};
}

// None is ever opened.
bool PlanCache::find_interface(ModelInterface&) { MOTE_CHECK(false); }
Status PlanCache::keep_interface(ModelInterface) { MOTE_CHECK(false); }
std::unique_ptr<Plan> PlanCache::find_plan(const std::string&, const PlanOptions&) const {
  MOTE_CHECK(false);
}
Status PlanCache::keep_plan(const std::string&, const Graph&, const DerivationLog&) {
  MOTE_CHECK(false);
}

}  // namespace mote
