// Activations that kernels apply to what they have just computed, by name.
#pragma once
#include <string_view>

#include "base/result.h"
#include "ir/attributes.h"
#include "kernels/table.h"

namespace mote {

struct EpilogueActivation {
  UnaryF32 function = UnaryF32::kIdentity;
  float a = 0.0F;
  float b = 0.0F;
};

// Reads `activation` ("Clamp", "HardSigmoid", "HardSwish", "Sigmoid", "Silu", "Tanh", "LeakyRelu",
// "Gelu";
// "" or absent: none) and its parameters activation_a and activation_b; see UnaryF32.
// Errors: kInvalidArgument: another name.
Status read_activation(AttributeReader& r, EpilogueActivation& activation);

// The function of one number.
double activate(const EpilogueActivation& activation, double x);

}  // namespace mote
