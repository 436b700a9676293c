// Tensors whose elements lie in a file of their own.
#pragma once
#include "format/onnx/read/tensor_fields.h"

namespace mote::onnx {

// Errors: kInvalidArgument: a name that leaves the model's folder, or no folder is given;
// kCorrupt: the file is shorter, or length is not `bytes`; kNotFound; kIo.
Result<Tensor> read_external(const TensorFields& fields, std::uint64_t bytes,
                             const ReadContext& context);

}  // namespace mote::onnx
