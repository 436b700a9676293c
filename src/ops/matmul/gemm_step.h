// The fast step of Gemm.
#pragma once
#include <memory>

#include "ir/op_def.h"

namespace mote {

struct GemmParams : OpParams {
  float alpha = 1.0F;
  float beta = 1.0F;
  bool trans_a = false;
  bool trans_b = false;
};

// Null unless the inputs are f32 and not empty, and alpha is finite. Errors: kResourceExhausted.
Result<std::unique_ptr<Step>> prepare_gemm(const GemmParams& p, const PrepareArgs& args);

}  // namespace mote
