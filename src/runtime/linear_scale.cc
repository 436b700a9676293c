#include "runtime/linear_scale.h"

#include <string_view>

#include "ops/support/convert.h"
#include "ops/support/rearranging.h"

namespace mote {
namespace {

constexpr int kMaxSteps = 8;  // nodes between a value and what states its scale

bool is(const Node& node, std::string_view op_type) {
  return node.domain.empty() && node.op_type == op_type;
}

// A constant, or what a Constant node makes; undefined if it is neither.
Tensor constant_at(const Graph& graph, ValueId id) {
  if (id == ValueId::kNone) return {};
  const Value& value = graph.value(id);
  if (value.constant || value.producer == NodeId::kNone) return value.constant;
  const Node& node = graph.node(value.producer);
  if (!is(node, "Constant")) return {};
  const AttributeValue* made = node.attributes.find("value");
  const auto* tensor = made == nullptr ? nullptr : std::get_if<Tensor>(made);
  return tensor == nullptr ? Tensor() : *tensor;
}

std::optional<double> number_at(const Graph& graph, ValueId id) {
  const Tensor tensor = constant_at(graph, id);
  if (!tensor || tensor.count() != 1 || !is_convertible(tensor.dtype())) return std::nullopt;
  double number = 0;
  convert_range(tensor.view(), 0, {DType::kF64, {}, &number}, 0, 1);
  return number;
}

// What inputs 1 and 2 say.
std::optional<LinearScale> stated_by(const Graph& graph, const Node& node) {
  if (node.inputs.size() < 2) return std::nullopt;
  const auto scale = number_at(graph, node.inputs[1]);
  if (!scale || !(*scale > 0)) return std::nullopt;
  if (node.inputs.size() < 3 || node.inputs[2] == ValueId::kNone) return LinearScale{*scale, 0};
  const auto zero_point = number_at(graph, node.inputs[2]);
  if (!zero_point) return std::nullopt;
  return LinearScale{*scale, *zero_point};
}

std::optional<LinearScale> scale_before(const Graph& graph, ValueId value, int steps) {
  if (value == ValueId::kNone) return std::nullopt;
  const NodeId producer = graph.value(value).producer;
  if (producer == NodeId::kNone || steps == 0) return std::nullopt;
  const Node& node = graph.node(producer);
  if (is(node, "QuantizeLinear")) return stated_by(graph, node);
  return only_rearranges(node) ? scale_before(graph, node.inputs[0], steps - 1) : std::nullopt;
}

std::optional<LinearScale> scale_behind(const Graph& graph, ValueId value, int steps) {
  if (steps == 0) return std::nullopt;
  for (const Use& use : graph.value(value).uses) {
    const Node& node = graph.node(use.node);
    if (use.input != 0) continue;
    std::optional<LinearScale> scale;
    if (is(node, "DequantizeLinear")) scale = stated_by(graph, node);
    if (only_rearranges(node) && node.outputs[0] != ValueId::kNone) {
      scale = scale_behind(graph, node.outputs[0], steps - 1);
    }
    if (scale) return scale;
  }
  return std::nullopt;
}

}  // namespace

std::optional<LinearScale> scale_of(const Graph& graph, ValueId value) {
  if (const auto scale = scale_before(graph, value, kMaxSteps)) return scale;
  return scale_behind(graph, value, kMaxSteps);
}

}  // namespace mote
