// The JSON form of ReconstructionRule: the fields of an output that gives an input back.
#pragma once
#include "tasks/anomaly/reconstruction_rule.h"
#include "tasks/json_fields.h"

namespace mote {

ReconstructionRule read_reconstruction(FieldReader& r);
void write_reconstruction(const ReconstructionRule& rule, Json& j);

}  // namespace mote
