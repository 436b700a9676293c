#include "runtime/plan_store.h"

#include "base/result.h"

namespace mote {

Result<std::shared_ptr<const Plan>> PlanStore::find_or_make(
    const std::string& key, const std::function<Result<std::unique_ptr<Plan>>()>& make) {
  const std::lock_guard lock(mutex_);
  if (const auto known = plans_.find(key); known != plans_.end()) {
    if (auto plan = known->second.lock()) return plan;
  }
  std::erase_if(plans_, [](const auto& entry) { return entry.second.expired(); });
  MOTE_ASSIGN(std::shared_ptr<const Plan> plan, make());
  if (plan) plans_[key] = plan;
  return plan;
}

}  // namespace mote
