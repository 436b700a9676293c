// Resize for known scales: tables of indices and weights, one pass for each resized axis.
#pragma once
#include <memory>
#include <span>

#include "base/result.h"
#include "ir/step.h"
#include "ops/resize/resize_axis.h"

namespace mote {

// Null where there is none: linear and cubic of other types than f32, strings, packed types,
// tf_crop_and_resize. Errors: kResourceExhausted: tables of more than 2^31 entries.
Result<std::unique_ptr<Step>> make_resize_step(const ResizeParams& p, DType dtype,
                                               std::span<const ResizeAxis> axes);

}  // namespace mote
