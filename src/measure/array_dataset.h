// Data sets that are arrays.
#pragma once
#include "measure/dataset.h"

namespace mote {

// See open_dataset. Errors: kInvalidArgument: x and y that do not fit each other.
Result<std::unique_ptr<Dataset>> open_arrays(Tensor x, const Tensor& y);

}  // namespace mote
