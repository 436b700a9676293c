// The steps of QLinearAdd and QLinearMul.
#pragma once
#include <memory>

#include "ir/op_def.h"

namespace mote {

// Null unless scales and zero points are constants, and of sizes that kernels take.
Result<std::unique_ptr<Step>> prepare_qlinear_add(const PrepareArgs& args);
Result<std::unique_ptr<Step>> prepare_qlinear_mul(const PrepareArgs& args);

}  // namespace mote
