// Where the values of a graph lie while it runs.
#pragma once
#include <span>
#include <vector>

#include "ir/graph.h"
#include "ir/step.h"

namespace mote {

// One node, or several that run as one, as placement sees it.
struct PlacedNode {
  std::span<const ValueId> inputs, outputs;
  const Step* step = nullptr;    // null: a view, output 0 is input 0's bytes
  NodeId id;                     // for messages
  std::uint64_t scratch_at = 0;  // set: offset of the step's scratch in the arena
};

struct ValuePlace {
  enum class Kind : std::uint8_t { kNowhere, kInput, kCaptured, kConstant, kOutput, kArena };
  Kind kind = Kind::kNowhere;
  std::uint64_t at = 0;  // index of the input, capture (Capture::index), value or output; offset
};

struct Placement {
  std::vector<ValuePlace> values;   // by value id
  std::vector<int> copied_outputs;  // outputs that must be copied from where their value lies
  std::uint64_t arena_bytes = 0;
};

// Views share their input's place; a step that may overwrite an input does, where that input dies;
// the graph's outputs are written where the caller wants them; the rest goes to one arena by
// lifetime. bytes: by value id, of values that nodes make; none is over `budget`.
// Errors: kResourceExhausted: the arena, or one step's scratch, is over `budget`.
Result<Placement> place_values(const Graph& graph, std::span<PlacedNode> nodes,
                               std::span<const std::uint64_t> bytes, std::uint64_t budget);

}  // namespace mote
