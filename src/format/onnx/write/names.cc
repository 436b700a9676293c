#include "base/text.h"
#include "format/onnx/live_values.h"
#include "format/onnx/write/graph_writer.h"

namespace mote::onnx {

Names::Names(const Graph& graph, Names* outer, const Node* node)
    : graph_(graph), outer_(outer), written_(live_values(graph)), names_(graph.value_count()) {
  std::vector<bool> captured(graph.value_count());
  for (const Capture& c : graph.captures) {
    const auto index = static_cast<std::size_t>(node->first_captured() + c.index);
    names_[static_cast<std::size_t>(c.inner)] = outer->of(node->inputs[index]);
    captured[static_cast<std::size_t>(c.inner)] = true;
  }
  name_outputs(captured);
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const auto id = static_cast<ValueId>(i);
    if (!written_[i]) continue;
    if (names_[i].empty()) names_[i] = fresh(graph.value(id).name);
    if (graph.value(id).producer == NodeId::kNone) show(id);
  }
}

bool Names::sees(const std::string& name) const { return visible_.contains(name) || around(name); }

std::string Names::fresh(const std::string& stem) {
  std::string name = stem;
  for (std::size_t k = 1; around(name) || used_.contains(name); ++k) {
    name = cat(stem, "_", k);
    if (graph_.find_value(name) != ValueId::kNone) name = stem;
  }
  used_.insert(name);
  return name;
}

// An output of the value's own name is the value; others are copies made at the end. What is
// captured is no value of this graph, so it is copied too.
void Names::name_outputs(const std::vector<bool>& captured) {
  for (const GraphOutput& output : graph_.outputs) {
    outputs_.push_back(fresh(output.name));
    const auto at = static_cast<std::size_t>(output.value);
    const bool same = graph_.value(output.value).name == output.name;
    const bool direct = same && !captured[at] && names_[at].empty();
    if (direct) names_[at] = outputs_.back();
    direct_.push_back(direct);
  }
}

}  // namespace mote::onnx
