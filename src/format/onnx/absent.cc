// In place of the reader, in builds whose models are of another format.
#include "base/result.h"
#include "format/onnx/onnx.h"

namespace mote {

Result<ModelDef> read_onnx(std::shared_ptr<const Bytes>, const OnnxReadOptions&) {
  return Error{Code::kUnsupported, "this build reads no ONNX models"};
}

}  // namespace mote
