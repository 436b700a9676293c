// Inputs that are texts.
#pragma once
#include "base/text.h"
#include "ir/compute.h"

namespace mote {

// Errors: kInvalidArgument: input i is no tensor of strings.
inline Result<TensorView> texts_of(const ComputeArgs& args, std::size_t i) {
  auto tensor = args.tensor(i);
  if (!tensor || tensor->dtype == DType::kString) return tensor;
  return Error{Code::kInvalidArgument,
               cat("input ", i, " is ", name(tensor->dtype), ", not string")};
}

}  // namespace mote
