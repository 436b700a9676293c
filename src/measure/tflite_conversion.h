// A model as a .tflite file.
#pragma once
#include <string>
#include <vector>

#include "mote/model.h"
#include "mote/obstacle.h"

namespace mote {

struct TfliteConversion {
  std::string bytes;  // empty if there are obstacles
  std::vector<Obstacle> obstacles;
};

struct TfliteConversionOptions {
  bool dequantize = false;        // the float model of a quantized one
  std::vector<Dims> input_sizes;  // of all inputs; empty: as the model has them
  std::uint64_t max_bytes = std::uint64_t{4} << 30;
};

// Constants are computed, batch norms folded, and what has no operator of its own in TensorFlow
// Lite becomes arithmetic; see lower_to_tflite. Nodes that have no form there are obstacles.
// Requires: the model has none. Errors: kUnsupported: an input or output that has no form, more
// than 2 GB; an operator that reads quantized integers for what they are; kResourceExhausted.
Result<TfliteConversion> convert_to_tflite(const Model& model,
                                           const TfliteConversionOptions& options);

}  // namespace mote
