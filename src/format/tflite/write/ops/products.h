// What convolutions and matrix products have in common: weights and biases.
#pragma once
#include "format/tflite/write/op_writer.h"

namespace mote::tfl::write {

// Input 1 is a constant of integers that kernels take together with input 0's, with scales for all
// or for each index of `axis`, and `bias` is absent or a constant. Chooses the kind of integers.
bool suits_product(OpWriter& op, int axis, ValueId bias);

// The bias as the kernel takes it: f32, or integers of the product's scale, f32's zeros if there is
// none. `axis`: of the weights' outputs, of which there are `outputs`.
std::int32_t bias_tensor(OpWriter& op, ValueId bias, std::int64_t outputs);

}  // namespace mote::tfl::write
