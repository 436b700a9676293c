// What is told of a classifier's scores, whatever it has classified.
#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "cli/flags/task_flags.h"
#include "cli/terminal/output.h"
#include "mote/tensor.h"

namespace mote::cli {

// "cat 97.1 %, dog 2.0 %": the best `top` classes of `scores`, the output that the task describes
// as such; they become `classes` of `entry`. Errors: those of class_scores; as many labels as
// classes are missing.
Result<std::string> tell_classes(const ModelTask& task, const Tensor& scores, std::size_t top,
                                 Json& entry);

}  // namespace mote::cli
