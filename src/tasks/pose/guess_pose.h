// Models of poses that are known by their interface.
#pragma once
#include <optional>

#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// MoveNet: an image in, and one output [1, 1, 17, 3] of y, x and score of COCO's points, in shares
// of the image, which is letterboxed in the middle; pixels as they are. Null: another interface.
std::optional<TaskDescription> guess_pose(const ModelView& model);

}  // namespace mote
