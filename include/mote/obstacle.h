// Obstacle: what stands in the way of running a model.
#pragma once
#include <cstdint>
#include <string>

namespace mote {

struct Obstacle {
  std::string node;  // its name, or that of its first output; a value, for values
  std::string op;    // "Operator", "domain.Operator"; "input", "initializer", "value", "model"
  std::int64_t version = 0;  // of the operator's domain, as the model imports it; 0: not at all
  std::string reason;
  std::string mend;  // the nearest way out; empty if there is none to name
};

}  // namespace mote
