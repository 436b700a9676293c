// Scan as it was in opset 8: over a batch of sequences of different lengths.
#pragma once
#include "ops/onnx_op.h"

namespace mote {

// Makes a Scan over the batch of it, whose body is a Scan over the sequence.
Status scan_over_batch(const UpgradeArgs& args);

}  // namespace mote
