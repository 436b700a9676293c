// A tensor's numbers as floats.
#pragma once
#include <vector>

#include "mote/tensor.h"

namespace mote {

// Any type of float or integer; f64 and large integers are rounded. Errors: kUnsupported: others.
Result<std::vector<float>> to_floats(const Tensor& tensor);

}  // namespace mote
