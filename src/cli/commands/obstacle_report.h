// What keeps a model from running, for people and programs.
#pragma once
#include <string>

#include "cli/terminal/output.h"
#include "mote/model.h"

namespace mote::cli {

// A line for each: operator, node, reason and mend.
std::string obstacles_text(const Model& model);

// node, op, version, reason, mend
Json obstacles_json(const Model& model);

}  // namespace mote::cli
