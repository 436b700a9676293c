// OperatorSetIdProto, of models and functions.
#pragma once
#include "format/onnx/read/proto_reader.h"
#include "ir/model_def.h"

namespace mote::onnx {

// Appends an import to `opsets`; a problem becomes the reader's.
void read_opset_import(ProtoReader& message, std::vector<OpsetImport>& opsets);

}  // namespace mote::onnx
