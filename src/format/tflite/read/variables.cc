#include "format/tflite/read/variables.h"

#include <unordered_set>

#include "base/text.h"

namespace mote::tfl {

ValueId Variables::declare(const std::string& key, const std::string& name, TensorType type,
                           Tensor initial) {
  const ValueId input = graph_.add_input(name, std::move(type));
  graph_.value(input).initial = std::move(initial);
  index_[key] = entries_.size();
  entries_.push_back({input, input});
  return input;
}

void Variables::finish() {
  std::unordered_set<std::string> names;
  for (const GraphOutput& output : graph_.outputs) names.insert(output.name);
  for (const Entry& entry : entries_) {
    std::string name = cat(graph_.value(entry.input).name, "/next");
    while (!names.insert(name).second) name += "_";
    graph_.value(entry.input).notes.properties.emplace_back(kStateKey, name);
    graph_.add_output({entry.value, name, graph_.value(entry.value).type, {}});
  }
}

}  // namespace mote::tfl
