// How batch normalization changed from opset to opset.
#pragma once
#include "ops/onnx_op.h"

namespace mote {

// Opset 7: `is_test` went; a node with one output is for inference.
Status batch_norm_without_is_test(const UpgradeArgs& args);

// Opset 9: `spatial` went; with 0 each element of an image had its own statistics, so the image
// becomes a list of channels.
Status batch_norm_without_spatial(const UpgradeArgs& args);

// Opset 14: training_mode says what the number of outputs said, and the saved statistics went.
// Errors: kUnsupported: somebody reads those.
Status batch_norm_with_training_mode(const UpgradeArgs& args);

}  // namespace mote
