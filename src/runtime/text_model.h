// For tests: models from their text form.
#pragma once
#include <memory>
#include <string_view>

#include "mote/model.h"

namespace mote {

// Written as ONNX and read back; an error fails the test.
std::shared_ptr<const Model> model_of(std::string_view text, const ModelOptions& options = {});

}  // namespace mote
