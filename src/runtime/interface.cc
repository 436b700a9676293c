#include "runtime/interface.h"

#include "ir/dtype.h"
#include "runtime/linear_scale.h"

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

void add_scale(const Graph& graph, ValueId value, TensorInfo& info) {
  const auto scale = scale_of(graph, value);
  if (!scale || !is_integer(info.dtype)) return;
  info.scale = static_cast<float>(scale->scale);
  info.zero_point = static_cast<std::int64_t>(scale->zero_point);
}

}  // namespace

TensorInfo describe_input(const Graph& graph, ValueId input) {
  const Value& v = graph.value(input);
  TensorInfo info = describe(v.name, v.type);
  info.initial = v.initial;
  for (const auto& [key, output] : v.notes.properties) {
    if (key == kStateKey) info.next = output;
  }
  add_scale(graph, input, info);
  return info;
}

TensorInfo describe_output(const Graph& graph, const GraphOutput& output) {
  TensorInfo info = describe(output.name, graph.value(output.value).type);
  add_scale(graph, output.value, info);
  return info;
}

}  // namespace mote
