// What lowering needs of ConvTranspose.
#pragma once
#include "ops/conv/conv_params.h"

namespace mote {

// The padding that ConvTranspose leaves out before its output, for input and kernel of these sizes;
// negative: it adds some. Errors: kInvalidArgument.
Result<Dims> transposed_begins(const ConvParams& p, const Dims& in, const Dims& kernel);

}  // namespace mote
