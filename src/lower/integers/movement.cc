#include "lower/integers/movement.h"

#include <algorithm>

#include "ir/op_def.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

constexpr std::string_view kMovement[] = {
    "DepthToSpace", "Expand", "Flatten",      "Gather",  "GatherElements", "GatherND",  "Identity",
    "Reshape",      "Slice",  "SpaceToDepth", "Squeeze", "Tile",           "Transpose", "Unsqueeze",
};

}  // namespace

bool only_moves(const Node& node) {
  if (node.op == nullptr || !node.op->domain.empty() || node.outputs.size() != 1) return false;
  if (node.inputs.empty() || node.inputs[0] == ValueId::kNone) return false;
  return std::ranges::binary_search(kMovement, node.op->name);
}

// A window over padding alone would give the least number of its type.
bool only_takes_greatest(const Node& node) {
  if (!is_op(node, "MaxPool") || node.outputs.size() != 1) return false;
  const auto kernel = integers_of(node, "kernel_shape");
  const auto pads = integers_of(node, "pads");
  const auto dilations = integers_of(node, "dilations");
  const bool dense = std::ranges::all_of(dilations, [](std::int64_t d) { return d == 1; });
  for (std::size_t i = 0; i < pads.size(); ++i) {
    if (kernel.empty() || pads[i] >= kernel[i % kernel.size()]) return false;
  }
  return dense && integer_of(node, "ceil_mode", 0) == 0;
}

}  // namespace mote
