// The steps of mote.QConv and mote.QGemm.
#pragma once
#include <memory>

#include "ir/op_def.h"
#include "ops/quantize/quantized.h"
#include "ops/support/window.h"

namespace mote {

struct QConvParams : OpParams {
  WindowParams window;
  std::int64_t group = 1;
  std::int32_t x_zero_point = 0, y_zero_point = 0;
  IntegerRange range;  // that results are clamped to
  DType to = DType::kU8;
};

// Input numbers: x, w (weights relative to their zero points), factor, bias (optional).
inline constexpr std::size_t kQWeights = 1, kQFactor = 2, kQBias = 3;

// Null if there are no kernels for it: operands that are not constant, an empty tensor, sums that
// 32 bits may not hold. Errors: kResourceExhausted.
Result<std::unique_ptr<Step>> prepare_qconv(const QConvParams& p, const PrepareArgs& args);
// x: [..., K]; w: [N, K].
Result<std::unique_ptr<Step>> prepare_qgemm(const QConvParams& p, const PrepareArgs& args);

}  // namespace mote
