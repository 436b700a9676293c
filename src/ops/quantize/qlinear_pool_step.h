// The steps of QLinearAveragePool and QLinearGlobalAveragePool.
#pragma once
#include <memory>

#include "ir/op_def.h"
#include "ops/pool/pool_params.h"

namespace mote {

struct QPoolParams : PoolParams {
  bool channels_last = false;
};

// For [N, H, W, C] and [N, D..., C] of constant scales and zero points; else null.
// Errors: kResourceExhausted.
Result<std::unique_ptr<Step>> prepare_qlinear_pool(const PrepareArgs& args);
Result<std::unique_ptr<Step>> prepare_qlinear_global_pool(const PrepareArgs& args);

}  // namespace mote
