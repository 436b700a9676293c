// The JSON form of a TaskDescription.
#pragma once
#include <string>
#include <string_view>

#include "tasks/task.h"

namespace mote {

// Strict: an unknown or repeated field, or a value that is not allowed, is an error.
// Errors: kCorrupt (no JSON, with line and column); kInvalidArgument, naming the field, the value
// and what is allowed: "inputs[0].color is "YUV"; allowed are: RGB, BGR, GRAY".
Result<TaskDescription> parse_task(std::string_view json);

// Indented, ending in a line end; parses back to an equal description.
std::string to_json(const TaskDescription& task);

}  // namespace mote
