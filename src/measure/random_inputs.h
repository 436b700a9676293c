// Inputs to measure time with.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "mote/model.h"

namespace mote {

// Tensors of these sizes, the same for the same seed. As random_tensor, but integers of 32 and 64
// bits, which may be indices or counts, are 0 or 1.
// Errors: as Tensor::zeros, naming the input.
// Requires: input_dims.size() == inputs.size().
Result<std::vector<Tensor>> random_inputs(std::span<const TensorInfo> inputs,
                                          std::span<const Dims> input_dims, std::uint64_t seed);

}  // namespace mote
