// What a file must state for its nodes to mean what they do here: opsets and the IR version.
#pragma once
#include <vector>

#include "base/result.h"
#include "ir/model_def.h"

namespace mote::onnx {

struct Requirements {
  std::vector<OpsetImport> opsets;
  std::int64_t ir_version = 0;
};

// Errors: kUnsupported: a node of the execution dialect, or of a domain without opset.
Result<Requirements> requirements_of(const ModelDef& model);

}  // namespace mote::onnx
