// Data sets that are arrays.
#pragma once
#include "measure/dataset.h"

namespace mote {

// See open_dataset. max_bytes: for each sample that becomes an image.
// Errors: kInvalidArgument: x and y that do not fit each other.
Result<std::unique_ptr<Dataset>> open_arrays(Tensor x, const Tensor& y,
                                             std::uint64_t max_bytes = kMaxDatasetBytes);

}  // namespace mote
