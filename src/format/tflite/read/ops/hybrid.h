// Products of float activations with integer weights ("hybrid" and dynamic-range kernels).
#pragma once
#include <string_view>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

struct Product {
  std::string_view op_type;  // Conv, Gemm, MatMul
  Attributes attributes;
  // Axes of x that have one range together: those of a row or, of an image, all but the batch.
  std::vector<std::int64_t> range_axes = {-1};
  std::size_t x_input = 0;  // which input of the operator x is
};

// op_type(x, weights, bias) of real numbers, input 1 being the weights. Where these are stored as
// integers and x is not, x goes through integers as well, as the kernels of TensorFlow Lite have
// it: u8 with a scale and zero point for each range.
ValueId add_product(OpReader& op, const Product& product, ValueId x, ValueId weights, ValueId bias);

}  // namespace mote::tfl
