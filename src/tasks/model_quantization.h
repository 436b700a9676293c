// How a model's integers stand for numbers, told from its graph.
#pragma once
#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// Fills in what the description leaves out: of an input of integers the scale and zero point of the
// DequantizeLinear that takes it, of an output of integers those of the QuantizeLinear that makes
// it, where they are one constant each; transposing and reshaping between does not count. Kinds of
// inputs and outputs without such numbers stay as they are, as does everything if the graph is
// unknown.
void fill_quantization(TaskDescription& task, const ModelView& model);

}  // namespace mote
