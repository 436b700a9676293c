// How the integers of a quantized value stand for real numbers.
#pragma once
#include <optional>

#include "ir/graph.h"

namespace mote {

// real = (q - zero_point) * scale
struct LinearScale {
  double scale = 1;
  double zero_point = 0;
  bool operator==(const LinearScale&) const = default;
};

// As the QuantizeLinear that makes `value` states it, or a DequantizeLinear that reads it; nodes
// between that only move elements do not count. Null: there is none, it has a scale for each
// channel, or its scale is computed.
std::optional<LinearScale> scale_of(const Graph& graph, ValueId value);

}  // namespace mote
