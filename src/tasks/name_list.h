// Names within a message.
#pragma once
#include <span>
#include <string>

namespace mote {

// "a, b, c"; of many the first, "a, b, c and 117 more".
std::string list_names(std::span<const std::string> names);

}  // namespace mote
