// The 8-bit form of a convolutional network: QuantizeLinear and DequantizeLinear around each node.
#pragma once
#include "base/result.h"
#include "ir/model_def.h"

namespace mote {

// Batch normalizations are folded. Weights are s8, symmetric, with a scale for each output channel;
// activations u8 with one scale and zero point, from the ranges of runs on random images; biases
// s32 on the scale of the products. Relu and Clip go where the grid of their output does what they
// do; what only moves elements keeps its input's grid. Inputs and outputs stay f32.
// Errors: those of folding and running. Requires: inputs are f32 of known sizes.
Result<ModelDef> quantize(ModelDef model, std::uint64_t seed = 1);

}  // namespace mote
