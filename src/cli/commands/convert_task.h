// The task description of a converted model.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "mote/model.h"

namespace mote::cli {

// What is said of the inputs and outputs of `original`, as a description beside `output`, with the
// files that it names: by the file beside it, or by its metadata. Of a dequantized model it says
// what the numbers mean that were integers; none, and a note why, where it cannot. What is there
// already stays. The names of the files that were written.
// Errors: kIo; kUnsupported: a file within the model that is compressed.
Result<std::vector<std::string>> write_task(const Model& original, const std::string& input,
                                            const Model& converted, const std::string& output,
                                            bool dequantized);

}  // namespace mote::cli
