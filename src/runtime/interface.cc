#include "runtime/interface.h"

#include <algorithm>

#include "ops/support/convert.h"

namespace mote {
namespace {

TensorInfo describe(std::string name, const Type& type) {
  TensorInfo info;
  info.name = std::move(name);
  if (type.kind != Type::Kind::kTensor) {
    info.type = to_string(type);
    info.ranked = false;
    return info;
  }
  info.dtype = type.tensor.dtype;
  info.ranked = type.tensor.shape.has_value();
  if (!info.ranked) return info;
  for (const Dim& d : *type.tensor.shape) info.shape.push_back({d.size(), d.symbol()});
  return info;
}

// Whatever elements mean, these only move those of input 0.
bool moves(const Node& node) {
  constexpr std::string_view kMoves[] = {"Transpose", "Reshape",  "Squeeze", "Unsqueeze",
                                         "Flatten",   "Identity", "Slice"};
  return node.domain.empty() && std::ranges::find(kMoves, node.op_type) != std::end(kMoves);
}

// Scale and zero point of QuantizeLinear or DequantizeLinear, if they are one number each.
void read_scale(const Graph& graph, const Node& node, TensorInfo& info) {
  if (node.inputs.size() < 2 || !graph.is_constant(node.inputs[1])) return;
  const Tensor& scale = graph.value(node.inputs[1]).constant;
  if (scale.dtype() != DType::kF32 || scale.count() != 1) return;
  std::int64_t zero_point = 0;
  if (node.inputs.size() > 2 && node.inputs[2] != ValueId::kNone) {
    if (!graph.is_constant(node.inputs[2])) return;
    const Tensor& z = graph.value(node.inputs[2]).constant;
    if (z.count() != 1 || !is_convertible(z.dtype())) return;
    Tensor wide = Tensor::scalar<std::int64_t>(0);
    convert_range(z.view(), 0, wide.mut(), 0, 1);
    zero_point = wide.values<std::int64_t>()[0];
  }
  info.scale = scale.values<float>()[0];
  info.zero_point = zero_point;
}

// Several readers must agree; the first that says anything counts.
void find_scale_behind(const Graph& graph, ValueId value, int depth, TensorInfo& info) {
  constexpr int kMaxDepth = 8;
  for (const Use& use : graph.value(value).uses) {
    const Node& node = graph.node(use.node);
    if (info.scale != 0 || use.input != 0 || depth > kMaxDepth) return;
    if (node.op_type == "DequantizeLinear") read_scale(graph, node, info);
    if (moves(node)) find_scale_behind(graph, node.outputs[0], depth + 1, info);
  }
}

void find_scale_before(const Graph& graph, ValueId value, TensorInfo& info) {
  for (NodeId id = graph.value(value).producer; id != NodeId::kNone;
       id = graph.value(value).producer) {
    const Node& node = graph.node(id);
    if (node.op_type == "QuantizeLinear") return read_scale(graph, node, info);
    if (!moves(node) || node.inputs[0] == ValueId::kNone) return;
    value = node.inputs[0];
  }
}

}  // namespace

TensorInfo describe_input(const Graph& graph, ValueId input) {
  const Value& v = graph.value(input);
  TensorInfo info = describe(v.name, v.type);
  info.initial = v.initial;
  for (const auto& [key, output] : v.notes.properties) {
    if (key == kStateKey) info.next = output;
  }
  find_scale_behind(graph, input, 0, info);
  return info;
}

TensorInfo describe_output(const Graph& graph, const GraphOutput& output) {
  TensorInfo info = describe(output.name, graph.value(output.value).type);
  find_scale_before(graph, output.value, info);
  return info;
}

}  // namespace mote
