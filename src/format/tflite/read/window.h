// Windows that slide over images, as convolutions and pools have them.
#pragma once
#include <cstdint>
#include <vector>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

// One entry for each spatial axis.
struct Window {
  fb::Padding padding = fb::Padding_VALID;
  std::vector<std::int64_t> kernel, strides, dilations;
};

// kernel_shape, strides, dilations (if any is not 1) and pads of the ONNX operator over `image`, a
// value [batch, channels, sizes...]. SAME means that an output has ceil(size / stride) elements and
// the begin gets the smaller half of the padding.
Attributes window_attributes(OpReader& op, const Window& window, ValueId image);

}  // namespace mote::tfl
