// The steps of channels-last pooling.
#pragma once
#include <memory>

#include "ir/op_def.h"
#include "ops/exec/image.h"

namespace mote {

struct ImagePoolParams : OpParams {
  WindowParams window;
  bool count_include_pad = false;
};

enum class PoolKind { kMax, kAverage };

// What an average multiplies its sum by: 1 / taps, 0 for a window over padding alone.
double average_scale(const Window& w, const Dims& at, bool count_include_pad);

// Null for empty tensors and windows of very many taps. Errors: kResourceExhausted.
Result<std::unique_ptr<Step>> prepare_pool(const ImagePoolParams& p, PoolKind kind,
                                           const PrepareArgs& args);
Result<std::unique_ptr<Step>> prepare_global_average(const PrepareArgs& args);
// The greatest of 8-bit elements.
Result<std::unique_ptr<Step>> prepare_max_pool_q8(const ImagePoolParams& p,
                                                  const PrepareArgs& args);

}  // namespace mote
