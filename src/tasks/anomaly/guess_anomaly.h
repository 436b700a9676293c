// Autoencoders that are known by their interface.
#pragma once
#include <optional>

#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// One input [rows, n] of f32 or s8, with n of 16 or more, and one output of the same type and
// sizes: the input is features, the output gives them back. Null: another interface.
std::optional<TaskDescription> guess_anomaly(const ModelView& model);

}  // namespace mote
