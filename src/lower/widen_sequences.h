// Windows over sequences as windows over images of one row.
#pragma once
#include "ir/attributes.h"

namespace mote {

// kernel_shape, strides, dilations and pads of one dimension become those of two.
void widen_window_attributes(Attributes& attributes);

}  // namespace mote
