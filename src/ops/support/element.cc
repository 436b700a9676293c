#include "ops/support/element.h"

namespace mote {

Status no_such_elements(DType dtype) {
  return Error{Code::kUnsupported,
               cat("element type ", name(dtype),
                   is_built(dtype) ? " is not supported" : " is none of this build's")};
}

}  // namespace mote
