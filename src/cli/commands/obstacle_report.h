// What keeps a model from running, for people and programs.
#pragma once
#include <span>
#include <string>

#include "cli/terminal/output.h"
#include "mote/obstacle.h"

namespace mote::cli {

// A line for each: operator, node, reason and mend.
std::string obstacles_text(std::span<const Obstacle> obstacles);

// node, op, version, reason, mend
Json obstacles_json(std::span<const Obstacle> obstacles);

}  // namespace mote::cli
