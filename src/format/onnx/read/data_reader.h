// The messages of onnx-data.proto: what a model is given and gives, beside tensors.
#pragma once
#include "format/onnx/read/context.h"

namespace mote::onnx {

// TensorProto, SequenceProto, MapProto or OptionalProto, as `kind` says.
// Errors: kCorrupt; kUnsupported: sparse tensors, maps whose values are no scalars, more than 32
// within each other; kResourceExhausted.
Result<NamedDatum> read_data(ProtoReader message, Type::Kind kind, const ReadContext& context,
                             int depth = 0);

}  // namespace mote::onnx
