// How a model's integers stand for numbers, as its inputs and outputs tell.
#pragma once
#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// Fills in what the description leaves out: scale and zero point of inputs and outputs of integers,
// as TensorInfo has them. Kinds of inputs and outputs without such numbers stay as they are.
void fill_quantization(TaskDescription& task, const ModelView& model);

}  // namespace mote
