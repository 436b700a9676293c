// The float model of a quantized one.
#pragma once
#include "passes/pass.h"

namespace mote {

// Takes quantization out of `graph` and its subgraphs: what was rounded between QuantizeLinear and
// DequantizeLinear (or DynamicQuantizeLinear) passes through, quantized constants become the floats
// that they stand for, and inputs and outputs that were quantized are f32. Values keep the names of
// their integers. Operators on quantized tensors are split before. Types are inferred anew.
// Errors: kUnsupported, naming the node: it reads the integers for what they are, takes them for
// those of another scale, or adds some that stand for nothing known; kResourceExhausted.
// Requires: types are inferred.
Status dequantize(Graph& graph, const PassContext& context);

}  // namespace mote
