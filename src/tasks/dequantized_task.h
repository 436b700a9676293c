// The task description of a quantized model's float model.
#pragma once
#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// What `task` says of `original`, said of `floats`, the same model whose quantized inputs and
// outputs are numbers now: pixels become what the integers stood for, and no numbers are integers
// any more. Names are those of the models.
// Errors: kUnsupported, naming the input or output: its integers stand for nothing that is known,
// or the description takes them for something else.
Result<TaskDescription> dequantized_task(TaskDescription task, const ModelView& original,
                                         const ModelView& floats);

}  // namespace mote
