// The JSON form of SegmentRule: the fields of an output with a class for each place of an image.
#pragma once
#include "tasks/json_fields.h"
#include "tasks/segmentation/segment_rule.h"

namespace mote {

SegmentRule read_segments(FieldReader& r);
void write_segments(const SegmentRule& rule, Json& j);

}  // namespace mote
