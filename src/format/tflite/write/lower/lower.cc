#include <algorithm>
#include <set>

#include "base/guard.h"
#include "base/text.h"
#include "format/tflite/tflite.h"
#include "format/tflite/write/lower/lowering.h"
#include "format/tflite/write/op_writer.h"

namespace mote {
namespace tfl::write {

extern const Lowerings kLowerActivations;
extern const Lowerings kLowerArithmetic;
extern const Lowerings kLowerAttention;
extern const Lowerings kLowerControl;
extern const Lowerings kLowerElementwise;
extern const Lowerings kLowerImages;
extern const Lowerings kLowerIndexing;
extern const Lowerings kLowerNorms;
extern const Lowerings kLowerQuantization;
extern const Lowerings kLowerRecurrent;
extern const Lowerings kLowerWindows;

Status expect_modest(const Dims& dims) {
  constexpr std::uint64_t kMostElements = std::uint64_t{1} << 24;
  const auto elements = byte_size(DType::kU8, dims);
  if (elements && *elements <= kMostElements) return {};
  return Error{Code::kUnsupported, "it takes a constant of more than 2^24 elements"};
}

Status expect_few(const Graph& graph, std::int64_t rounds, std::int64_t nodes) {
  constexpr std::int64_t kMostRounds = 1024, kMostNodes = 100'000;
  const auto there = static_cast<std::int64_t>(graph.node_count());
  if (rounds >= 1 && rounds <= kMostRounds && there + rounds * nodes <= kMostNodes) return {};
  return Error{Code::kUnsupported,
               "rounds are written one after the other: 1 to 1024, up to 100,000 nodes in all"};
}

bool is_true(const Tensor* constant) {
  return constant != nullptr && constant->dtype() == DType::kBool && constant->count() == 1 &&
         *static_cast<const bool*>(constant->data());
}

namespace {

// Integers of less than 32 bits, and booleans, where kernels take those of 32.
bool is_narrow(const Graph& graph, const Node& node) {
  const Mapping* mapping = find_mapping(node);
  if (mapping == nullptr || takes_elements(*mapping, graph, node)) return false;
  const DType dtype = graph.value(node.inputs[0]).type.tensor.dtype;
  const auto narrow = kBytes | kS16 | kBool;
  return (narrow & types({dtype})) != 0 && (mapping->elements & types({DType::kS32})) != 0;
}

Status widen(Decomposition& d) {
  const DType narrow = d.dtype(d.in(0));
  Formula f(d);
  std::vector<ValueId> inputs;
  for (std::size_t i = 0; i < d.node().declared_inputs().size(); ++i) {
    const bool widened = d.has(i) && d.dtype(d.in(i)) == narrow;
    inputs.push_back(widened ? f.cast(d.in(i), DType::kS32) : d.in(i));
  }
  Attributes attributes = d.node().attributes;
  const std::string op_type = d.node().op_type;
  const auto made = d.add_many(d.output_count(), op_type, std::move(inputs), std::move(attributes));
  for (std::size_t i = 0; d.status() && i < made.size(); ++i) {
    if (!d.wants(i)) continue;
    const bool same = d.dtype(made[i]) == DType::kS32;
    d.yield(i, same ? f.cast(made[i], narrow) : made[i]);
  }
  return d.status();
}

constexpr Lowering kWidening{"", widen};

// Formulas count axes. What is no tensor has none to know.
bool has_ranks(const Graph& graph, const Node& node) {
  const auto known = [&](ValueId id) {
    if (id == ValueId::kNone) return true;
    const Type& type = graph.value(id).type;
    return type.kind != Type::Kind::kTensor || type.tensor.rank() >= 0;
  };
  return std::ranges::all_of(node.declared_inputs(), known);
}

constexpr const Lowerings* kFamilies[] = {
    &kLowerActivations,  &kLowerArithmetic, &kLowerAttention, &kLowerControl,
    &kLowerElementwise,  &kLowerImages,     &kLowerIndexing,  &kLowerNorms,
    &kLowerQuantization, &kLowerRecurrent,  &kLowerWindows,
};

const Lowering* find_lowering(const Graph& graph, const Node& node) {
  if (!node.domain.empty() || node.op == nullptr) return nullptr;
  for (const Lowerings* family : kFamilies) {
    for (const Lowering& l : *family) {
      if (l.op_type == node.op_type && (l.needed == nullptr || l.needed(graph, node))) return &l;
    }
  }
  return is_narrow(graph, node) ? &kWidening : nullptr;
}

class Lowerer {
 public:
  Lowerer(Graph& graph, std::vector<Obstacle>& kept)
      : graph_(graph), inference_(graph), kept_(kept) {}

  Status run() {
    for (const NodeId id : graph_.node_ids()) MOTE_TRY(visit(id));
    return {};
  }

 private:
  Status visit(NodeId id) {
    const Node& node = graph_.node(id);
    const Lowering* lowering = find_lowering(graph_, node);
    if (lowering == nullptr) return infer(id);
    if (!has_ranks(graph_, node)) {
      keep(node, "the number of axes of its inputs must be known");
      return infer(id);
    }
    const std::size_t slots = graph_.node_slots();
    if (auto made = decompose_node(graph_, id, inference_, lowering->decompose); !made) {
      if (made.error().code == Code::kResourceExhausted) return std::move(made).error();
      keep(graph_.node(id), made.error().message);
      return infer(id);
    }
    const std::size_t end = graph_.node_slots();
    for (std::size_t slot = slots; slot < end; ++slot) {
      MOTE_TRY(visit(static_cast<NodeId>(slot)));
    }
    return {};
  }

  // What is written counts elements.
  Status infer(NodeId id) {
    MOTE_TRY(inference_.infer(id));
    for (const auto& values : {graph_.node(id).inputs, graph_.node(id).outputs}) {
      for (const ValueId value : values) {
        if (value != ValueId::kNone) MOTE_TRY(expect_countable(graph_.value(value)));
      }
    }
    return {};
  }

  static Status expect_countable(const Value& value) {
    const auto dims = value.type.tensor.dims();
    if (!dims) return {};
    const auto bytes = byte_size(value.type.tensor.dtype, *dims);
    if (bytes) return {};
    return Error{bytes.error().code, cat("'", value.name, "': ", bytes.error().message)};
  }

  void keep(const Node& node, std::string reason) {
    const std::string context = describe(graph_, node) + ": ";
    if (reason.starts_with(context)) reason.erase(0, context.size());
    kept_.push_back({label_of(graph_, node), operator_of(node), 0, std::move(reason), ""});
  }

  Graph& graph_;
  TypeInference inference_;
  std::vector<Obstacle>& kept_;
};

}  // namespace
}  // namespace tfl::write

std::vector<std::string> tflite_written_operators() {
  std::set<std::string_view> names;
  for (const std::string_view name : tfl::write::mapped_operators()) names.insert(name);
  for (const tfl::write::Lowerings* family : tfl::write::kFamilies) {
    for (const tfl::write::Lowering& l : *family) names.insert(l.op_type);
  }
  return {names.begin(), names.end()};
}

Status lower_to_tflite(Graph& graph, std::vector<Obstacle>& kept) {
  return guarded([&]() -> Status {
    MOTE_TRY(decompose_all(graph));
    return tfl::write::Lowerer(graph, kept).run();
  });
}

}  // namespace mote
