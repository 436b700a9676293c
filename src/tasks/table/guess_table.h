// Models of tables, as scikit-learn's are exported.
#pragma once
#include <optional>

#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// Inputs [rows, features] of numbers or texts, one for each column or one for all; outputs: labels
// [rows] or [rows, 1] of whole numbers or texts, scores [rows, classes] or a sequence of maps,
// values [rows, 1]. Null: another interface.
std::optional<TaskDescription> guess_table(const ModelView& model);

}  // namespace mote
