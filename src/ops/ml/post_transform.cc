#include "ops/ml/post_transform.h"

#include "ops/support/choices.h"

namespace mote::ml {

Result<PostTransform> read_post_transform(AttributeReader& r) {
  return enum_named<PostTransform>(r, "post_transform",
                                   {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"});
}

}  // namespace mote::ml
