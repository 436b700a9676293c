#include "ir/step.h"

#include "base/result.h"

namespace mote {

Status StopToken::check() const {
  if (cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed)) {
    return Error{Code::kCancelled, "cancelled by the caller"};
  }
  if (clock_ != nullptr && clock_->now() >= deadline_) {
    return Error{Code::kCancelled, "the deadline has passed"};
  }
  return {};
}

}  // namespace mote
