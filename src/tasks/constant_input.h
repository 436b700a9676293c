// Inputs that a description feeds by itself.
#pragma once
#include <span>
#include <vector>

#include "mote/model.h"
#include "mote/tensor.h"
#include "tasks/task.h"

namespace mote {

// `values` as the input takes them: one for all elements, or one each; an open size is 1, or what
// the number of values leaves for it. Reals become integers towards zero.
// Errors: kInvalidArgument: another number of values; kUnsupported: an input of texts.
Result<Tensor> constant_input(std::span<const double> values, const TensorInfo& info);

// Zeros of the declared sizes; open ones are 1.
Result<Tensor> zero_state(const TensorInfo& info);

// Fills in the constants of `task`, and zeros for its states, where no tensor is given.
// inputs: as infos. Errors: those of constant_input, naming the input.
Status feed_constants(const TaskDescription& task, std::span<const TensorInfo> infos,
                      std::span<Tensor> inputs);

}  // namespace mote
