#include "ir/step.h"

#include "base/result.h"

namespace mote {

Status StopToken::check() const {
  if (cancelled()) return Error{Code::kCancelled, "cancelled by the caller"};
  if (late()) return Error{Code::kCancelled, "the deadline has passed"};
  return {};
}

}  // namespace mote
