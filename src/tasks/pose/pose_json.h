// The JSON form of PoseRule: the fields of an output that has points of a body.
#pragma once
#include "tasks/json_fields.h"
#include "tasks/pose/pose_rule.h"

namespace mote {

// heatmaps: the fields of heat maps, or else those of coordinates.
PoseRule read_pose(FieldReader& r, bool heatmaps);
void write_pose(const PoseRule& rule, bool heatmaps, Json& j);

}  // namespace mote
