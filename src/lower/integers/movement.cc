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

bool only_takes_nearest(const Node& node) {
  const auto text_of = [&](std::string_view attribute) {
    const AttributeValue* value = node.attributes.find(attribute);
    const auto* text = value != nullptr ? std::get_if<std::string>(value) : nullptr;
    return text != nullptr ? std::string_view(*text) : std::string_view();
  };
  const std::string_view mode = text_of("mode");
  return is_op(node, "Resize") && (mode.empty() || mode == "nearest") &&
         text_of("coordinate_transformation_mode") != "tf_crop_and_resize";
}

// A window over padding alone would give the least number of its type. With ceil_mode the last one
// starts inside the input or the padding before it, so that it has a tap inside.
bool only_takes_greatest(const Node& node) {
  if (!is_op(node, "MaxPool") || node.outputs.size() != 1) return false;
  const auto kernel = integers_of(node, "kernel_shape");
  const auto pads = integers_of(node, "pads");
  const auto dilations = integers_of(node, "dilations");
  const bool dense = std::ranges::all_of(dilations, [](std::int64_t d) { return d == 1; });
  for (std::size_t i = 0; i < pads.size(); ++i) {
    if (kernel.empty() || pads[i] >= kernel[i % kernel.size()]) return false;
  }
  return dense;
}

}  // namespace mote
