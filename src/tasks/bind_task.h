// What of a task description the model itself has to say.
#pragma once
#include <span>

#include "mote/model.h"
#include "tasks/task.h"

namespace mote {

// Fills in names and sizes that the description leaves to the model, and checks the rest.
// Errors: kInvalidArgument: a name that the model has not, one that is there twice, an image whose
// size, channels or element type the input does not take, a state that does not fit the output it
// comes from, more values or columns than an input takes.
Status bind_task(TaskDescription& task, std::span<const TensorInfo> inputs,
                 std::span<const TensorInfo> outputs);

}  // namespace mote
