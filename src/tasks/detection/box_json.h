// The JSON form of BoxRule: the fields of an output that has boxes.
#pragma once
#include "tasks/detection/box_rule.h"
#include "tasks/json_fields.h"

namespace mote {

// whole_rows: the output has scores and classes too, as its field `row` says.
BoxRule read_boxes(FieldReader& r, bool whole_rows);
void write_boxes(const BoxRule& rule, bool whole_rows, Json& j);

}  // namespace mote
