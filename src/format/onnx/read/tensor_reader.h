// TensorProto and SparseTensorProto.
#pragma once
#include "format/onnx/read/context.h"

namespace mote::onnx {

struct NamedTensor {
  std::string name;
  Tensor tensor;
  bool external = false;
  Notes notes;
};

// Errors: kCorrupt: the bytes are not as many as type and sizes say; kUnsupported: a segment,
// a rank over kMaxRank; kResourceExhausted; those of external files. All name the tensor.
Result<NamedTensor> read_tensor(ProtoReader tensor, const ReadContext& context);

// Expanded to a dense tensor. Errors: as read_tensor; kCorrupt: an index outside the tensor.
Result<NamedTensor> read_sparse_tensor(ProtoReader sparse, const ReadContext& context);

}  // namespace mote::onnx
