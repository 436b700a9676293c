#include "tasks/model_quantization.h"

#include <algorithm>

#include "ir/graph.h"
#include "ops/support/convert.h"

namespace mote {
namespace {

// The only element of a constant; null if it is no such.
std::optional<double> scalar(const Graph& graph, ValueId id) {
  if (!graph.is_constant(id)) return std::nullopt;
  const Tensor& tensor = graph.value(id).constant;
  if (tensor.count() != 1 || !is_convertible(tensor.dtype())) return std::nullopt;
  double number = 0.0;
  convert_range(tensor.view(), 0, {DType::kF64, {1}, &number}, 0, 1);
  return number;
}

// Of a QuantizeLinear or DequantizeLinear, whose inputs are x, scale and maybe zero point.
std::optional<QuantizationRule> rule_of(const Graph& graph, const Node& node) {
  if (node.inputs.size() < 2) return std::nullopt;
  const auto scale = scalar(graph, node.inputs[1]);
  const bool shifted = node.inputs.size() > 2 && node.inputs[2] != ValueId::kNone;
  const auto zero = shifted ? scalar(graph, node.inputs[2]) : 0.0;
  if (!scale || !zero) return std::nullopt;
  const QuantizationRule rule{static_cast<float>(*scale), static_cast<std::int32_t>(*zero)};
  return check(rule) ? std::optional(rule) : std::nullopt;
}

// Operators that leave elements as they are, as between layouts of images.
bool only_moves(const Node& node) {
  static constexpr std::string_view kMovers[] = {"Transpose", "Reshape",   "Flatten",
                                                 "Squeeze",   "Unsqueeze", "Identity"};
  return std::ranges::find(kMovers, node.op_type) != std::end(kMovers);
}

// Where `id` becomes numbers, itself or moved.
std::optional<QuantizationRule> of_input(const Graph& graph, ValueId id) {
  while (id != ValueId::kNone) {
    ValueId moved = ValueId::kNone;
    for (const Use& use : graph.value(id).uses) {
      const Node& node = graph.node(use.node);
      if (use.input != 0) continue;
      if (node.op_type == "DequantizeLinear") return rule_of(graph, node);
      if (only_moves(node) && !node.outputs.empty()) moved = node.outputs[0];
    }
    id = moved;
  }
  return std::nullopt;
}

std::optional<QuantizationRule> of_output(const Graph& graph, std::string_view name) {
  const auto is_named = [&](const GraphOutput& output) { return output.name == name; };
  const auto output = std::ranges::find_if(graph.outputs, is_named);
  if (output == graph.outputs.end() || output->value == ValueId::kNone) return std::nullopt;
  ValueId id = output->value;
  while (id != ValueId::kNone) {
    const NodeId producer = graph.value(id).producer;
    if (producer == NodeId::kNone) break;
    const Node& node = graph.node(producer);
    if (node.op_type == "QuantizeLinear") return rule_of(graph, node);
    id = only_moves(node) && !node.inputs.empty() ? node.inputs[0] : ValueId::kNone;
  }
  return std::nullopt;
}

bool is_quantized_type(DType dtype) {
  return dtype == DType::kS8 || dtype == DType::kU8 || dtype == DType::kS16;
}

bool takes_numbers(InputKind kind) {
  return kind == InputKind::kFeatures || kind == InputKind::kAudioFeatures ||
         kind == InputKind::kTensor;
}

}  // namespace

void fill_quantization(TaskDescription& task, const ModelView& model) {
  if (model.graph == nullptr) return;
  for (InputDescription& input : task.inputs) {
    const auto info = std::ranges::find(model.inputs, input.name, &TensorInfo::name);
    if (input.quantization || !takes_numbers(input.kind) || info == model.inputs.end()) continue;
    if (is_quantized_type(info->dtype)) {
      input.quantization = of_input(*model.graph, model.graph->find_value(input.name));
    }
  }
  for (OutputDescription& output : task.outputs) {
    const auto info = std::ranges::find(model.outputs, output.name, &TensorInfo::name);
    if (output.quantization || !has_quantization(output.kind) || info == model.outputs.end()) {
      continue;
    }
    if (is_quantized_type(info->dtype)) output.quantization = of_output(*model.graph, output.name);
  }
}

}  // namespace mote
