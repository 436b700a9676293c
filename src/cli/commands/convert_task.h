// The task description of a converted model.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "mote/model.h"

namespace mote::cli {

// What `original` says of its inputs and outputs, as a description beside `output`, with the files
// that it names: its metadata's, or, unless the numbers mean something else now, that of the file
// beside it. What is there already stays. The names of the files that were written.
// Errors: kIo; kUnsupported: a file within the model that is compressed.
Result<std::vector<std::string>> write_task(const Model& original, const std::string& input,
                                            const Model& converted, const std::string& output,
                                            bool dequantized);

}  // namespace mote::cli
