// In place of functions.cc, in builds whose models have none.
#include "base/result.h"
#include "format/onnx/onnx.h"

namespace mote {

Status expand_functions(ModelDef& model, std::uint64_t, std::vector<Obstacle>*) {
  if (model.functions.empty()) return {};
  return Error{Code::kUnsupported, "the model has local functions, and this build expands none"};
}

}  // namespace mote
