// Models that enlarge images.
#pragma once
#include <optional>
#include <span>

#include "mote/model.h"
#include "tasks/task.h"

namespace mote {

// One image in, and out one with both sides the same whole number of times larger, at least twice,
// in floats [0, 1]; with one channel, brightness. The image is letterboxed. Null: another
// interface.
std::optional<TaskDescription> guess_picture(std::span<const TensorInfo> inputs,
                                             std::span<const TensorInfo> outputs);

}  // namespace mote
