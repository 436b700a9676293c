#include "format/onnx/live_values.h"

namespace mote::onnx {

std::vector<bool> live_values(const Graph& graph) {
  std::vector<bool> live(graph.value_count());
  const auto add = [&](ValueId id) {
    if (id != ValueId::kNone) live[static_cast<std::size_t>(id)] = true;
  };
  for (const ValueId id : graph.inputs) add(id);
  for (const ValueId id : graph.overridable) add(id);
  for (const Capture& c : graph.captures) add(c.inner);
  for (const GraphOutput& output : graph.outputs) add(output.value);
  for (std::size_t i = 0; i < live.size(); ++i) {
    const Value& v = graph.value(static_cast<ValueId>(i));
    if (v.producer != NodeId::kNone || (v.constant && !v.uses.empty())) live[i] = true;
  }
  return live;
}

}  // namespace mote::onnx
