#include <algorithm>

#include "base/guard.h"
#include "format/tflite/tflite.h"
#include "format/tflite/write/lower/lowering.h"

namespace mote {
namespace tfl::write {

extern const Lowerings kLowerActivations;
extern const Lowerings kLowerArithmetic;
extern const Lowerings kLowerImages;
extern const Lowerings kLowerNorms;
extern const Lowerings kLowerQuantization;
extern const Lowerings kLowerWindows;

float real_of(const Node& node, std::string_view name, float fallback) {
  const AttributeValue* value = node.attributes.find(name);
  const auto* real = value == nullptr ? nullptr : std::get_if<float>(value);
  return real == nullptr ? fallback : *real;
}
std::int64_t integer_of(const Node& node, std::string_view name, std::int64_t fallback) {
  const AttributeValue* value = node.attributes.find(name);
  const auto* integer = value == nullptr ? nullptr : std::get_if<std::int64_t>(value);
  return integer == nullptr ? fallback : *integer;
}
std::vector<std::int64_t> integers_of(const Node& node, std::string_view name) {
  const AttributeValue* value = node.attributes.find(name);
  const auto* list = value == nullptr ? nullptr : std::get_if<std::vector<std::int64_t>>(value);
  return list == nullptr ? std::vector<std::int64_t>() : *list;
}
std::string text_of(const Node& node, std::string_view name, std::string_view fallback) {
  const AttributeValue* value = node.attributes.find(name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string(fallback) : *text;
}

namespace {

const Lowering* find_lowering(const Graph& graph, const Node& node) {
  constexpr const Lowerings* kFamilies[] = {&kLowerActivations,  &kLowerArithmetic, &kLowerImages,
                                            &kLowerNorms,        &kLowerQuantization,
                                            &kLowerWindows};
  if (!node.domain.empty() || node.op == nullptr) return nullptr;
  for (const Lowerings* family : kFamilies) {
    for (const Lowering& l : *family) {
      if (l.op_type == node.op_type && (l.needed == nullptr || l.needed(graph, node))) return &l;
    }
  }
  return nullptr;
}

class Lowerer {
 public:
  explicit Lowerer(Graph& graph) : graph_(graph), inference_(graph) {}

  Status run() {
    for (const NodeId id : graph_.node_ids()) MOTE_TRY(visit(id));
    return {};
  }

 private:
  Status visit(NodeId id) {
    const Node& node = graph_.node(id);
    const Lowering* lowering = find_lowering(graph_, node);
    if (lowering == nullptr) return inference_.infer(id);
    const std::size_t slots = graph_.node_slots();
    if (auto made = decompose_node(graph_, id, inference_, lowering->decompose); !made) {
      // It stays, and is in the way by its name.
      if (made.error().code == Code::kUnsupported) return inference_.infer(id);
      return std::move(made).error();
    }
    const std::size_t end = graph_.node_slots();
    for (std::size_t slot = slots; slot < end; ++slot) {
      MOTE_TRY(visit(static_cast<NodeId>(slot)));
    }
    return {};
  }

  Graph& graph_;
  TypeInference inference_;
};

}  // namespace
}  // namespace tfl::write

Status lower_to_tflite(Graph& graph) {
  return guarded([&]() -> Status {
    MOTE_TRY(decompose_all(graph));
    return tfl::write::Lowerer(graph).run();
  });
}

}  // namespace mote
