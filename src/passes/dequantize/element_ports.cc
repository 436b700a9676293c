#include "passes/dequantize/element_ports.h"

#include <algorithm>
#include <string_view>

#include "ops/support/rearranging.h"

namespace mote::dequantization {
namespace {

bool among(const Node& node, std::initializer_list<std::string_view> ops) {
  return std::ranges::find(ops, node.op_type) != ops.end();
}

std::string_view text_of(const Node& node, std::string_view attribute) {
  const AttributeValue* value = node.attributes.find(attribute);
  const auto* text = value != nullptr ? std::get_if<std::string>(value) : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

std::vector<int> all_of(std::size_t count) {
  std::vector<int> ports(count);
  for (std::size_t i = 0; i < count; ++i) ports[i] = static_cast<int>(i);
  return ports;
}

bool takes_parts(const Node& node) {
  return among(node, {"DepthToSpace", "Expand", "Gather", "GatherElements", "GatherND",
                      "GlobalMaxPool", "MaxPool", "ReduceMax", "ReduceMin", "ReverseSequence",
                      "Slice", "SpaceToDepth", "Tile", "TopK", "Trilu"});
}

// Weights of neighbours add up to 1, but beyond the edge there is a constant.
bool is_plain_resize(const Node& node) {
  return among(node, {"Resize"}) &&
         text_of(node, "coordinate_transformation_mode") != "tf_crop_and_resize";
}

bool only_replaces(const Node& node) {
  if (!among(node, {"ScatterElements", "ScatterND"})) return false;
  const std::string_view reduction = text_of(node, "reduction");
  return reduction.empty() || reduction == "none" || reduction == "min" || reduction == "max";
}

}  // namespace

ElementPorts element_ports(const Node& node) {
  if (!node.domain.empty() || node.op == nullptr) return {};
  if (only_rearranges(node) || takes_parts(node) || is_plain_resize(node)) return {{0}, {0}};
  if (among(node, {"ArgMax", "ArgMin", "Shape", "Size"})) return {{0}, {}};
  if (among(node, {"Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"})) {
    return {{0, 1}, {}};
  }
  if (among(node, {"Concat", "Max", "Min", "Clip"})) return {all_of(node.inputs.size()), {0}};
  if (among(node, {"Split"})) return {{0}, all_of(node.outputs.size())};
  if (among(node, {"Where"})) return {{1, 2}, {0}};
  if (among(node, {"Pad"}) || only_replaces(node)) return {{0, 2}, {0}};
  return {};
}

bool brings_zeros(const Node& node) {
  if (!node.domain.empty()) return false;
  if (node.op_type == "Trilu") return true;
  const bool filled = node.inputs.size() > 2 && node.inputs[2] != ValueId::kNone;
  const std::string_view mode = text_of(node, "mode");
  return node.op_type == "Pad" && !filled && (mode.empty() || mode == "constant");
}

}  // namespace mote::dequantization
