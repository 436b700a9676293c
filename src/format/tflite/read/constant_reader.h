// Constants of a .tflite file.
#pragma once
#include <optional>

#include "base/budget.h"
#include "format/tflite/read/tensor_def.h"

namespace mote::tfl {

// The elements of a tensor that has bytes in the file, densified if they are sparse: a view of the
// file where they are aligned. nullopt: it has no bytes, so something computes it.
// Errors: kCorrupt, naming the tensor; kUnsupported; kResourceExhausted.
Result<std::optional<Tensor>> read_constant(const File& file, const TensorDef& def, Budget& budget);

}  // namespace mote::tfl
