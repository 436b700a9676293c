// PlanStore: plans that sessions of one model share.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/plan.h"

namespace mote {

// Holds none itself: a plan lives as long as some session has it. Thread-safe.
class PlanStore {
 public:
  // The plan that some session has by this key, or what make() gives, which may be null. One thread
  // makes at a time: who waits for the same plan need not make it again.
  Result<std::shared_ptr<const Plan>> find_or_make(
      const std::string& key, const std::function<Result<std::unique_ptr<Plan>>()>& make);

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const Plan>> plans_;
};

}  // namespace mote
