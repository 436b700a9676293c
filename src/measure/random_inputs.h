// Inputs to measure time with.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "mote/model.h"

namespace mote {

struct RandomInputOptions {
  std::uint64_t seed = 1;
  std::uint64_t max_bytes = std::uint64_t{4} << 30;  // of all inputs together
  // Asked now and then; an error ends the making.
  std::function<Status()> go_on = {};
};

// Of each input, with 1 where a size is open.
std::vector<Dims> smallest_sizes(std::span<const TensorInfo> inputs);

// Tensors of these sizes, the same for the same seed. As random_tensor, but integers of 32 and 64
// bits, which may be indices or counts, are 0 or 1.
// Errors: kInvalidArgument: sizes that are negative or overflow, naming the input;
// kResourceExhausted: over max_bytes; go_on's.
// Requires: input_dims.size() == inputs.size().
Result<std::vector<Tensor>> random_inputs(std::span<const TensorInfo> inputs,
                                          std::span<const Dims> input_dims,
                                          const RandomInputOptions& options = {});

}  // namespace mote
