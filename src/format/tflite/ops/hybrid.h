// Products of float activations with 8-bit weights ("hybrid" and dynamic-range kernels).
#pragma once
#include <string_view>

#include "format/tflite/op_reader.h"

namespace mote::tfl {

struct HybridProduct {
  std::string_view op_type;  // Conv, Gemm, MatMul
  Attributes attributes;
};

// op_type(x, weights, bias) of real numbers.
ValueId add_product(OpReader& op, const HybridProduct& product, ValueId x, ValueId weights,
                    ValueId bias);

}  // namespace mote::tfl
