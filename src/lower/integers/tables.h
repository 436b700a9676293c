// Functions of one quantized value as tables of its 256 elements.
#pragma once
#include <optional>

#include "lower/integers/quantization.h"
#include "ops/quantize/real_functions.h"

namespace mote {

struct Tabulated {
  QuantizedValue x;
  ByteTable table;  // from elements of x to those of y

  bool is_identity(DType y) const;
};

// `value`, quantized as y, if it is a function of one dequantized value, element by element, with
// constants of one element: x, sigmoid(x), x * clip(x + 3, 0, 6) / 6.
std::optional<Tabulated> tabulate(const Graph& graph, ValueId value, const QuantizedValue& y);

}  // namespace mote
