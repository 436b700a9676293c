// Models that enlarge images.
#pragma once
#include <optional>

#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// One image in, and out one with both sides the same whole number of times larger, at least twice,
// in floats [0, 1]; with one channel, brightness. The image is letterboxed. Null: another
// interface.
std::optional<TaskDescription> guess_picture(const ModelView& model);

}  // namespace mote
