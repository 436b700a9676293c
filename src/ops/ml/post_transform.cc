#include "ops/ml/post_transform.h"

#include "base/text.h"

namespace mote::ml {

Result<PostTransform> post_transform_named(std::string_view name) {
  constexpr std::string_view kNames[] = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"};
  for (std::uint8_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return PostTransform{i};
  }
  return Error{Code::kInvalidArgument, cat("post_transform '", name,
                                           "' is none of NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO, "
                                           "PROBIT")};
}

}  // namespace mote::ml
