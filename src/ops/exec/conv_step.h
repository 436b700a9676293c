// The steps of mote.Conv.
#pragma once
#include <memory>

#include "ir/op_def.h"
#include "ops/exec/activation.h"
#include "ops/support/window.h"

namespace mote {

struct ImageConvParams : OpParams {
  WindowParams window;
  std::int64_t group = 1;
  EpilogueActivation activation;
};

// Null if there are no kernels for it: weights or bias that are not constant, an empty tensor, a
// window of very many taps. Errors: kResourceExhausted.
Result<std::unique_ptr<Step>> prepare_conv(const ImageConvParams& p, const PrepareArgs& args);

}  // namespace mote
