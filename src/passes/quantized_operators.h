// Operators on quantized tensors in the form that says what they mean.
#pragma once
#include "passes/pass.h"

namespace mote {

// QLinearConv, QLinearAdd, QGemm and their like become the float operator between DequantizeLinear
// and QuantizeLinear, in subgraphs too. Others, and those over channels that come last, stay. Types
// are inferred anew. Errors: those of inference; kResourceExhausted.
Status split_quantized_operators(Graph& graph, const PassContext& context);

}  // namespace mote
