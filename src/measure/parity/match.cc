#include "measure/parity/match.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "measure/parity/layout.h"
#include "ops/support/convert.h"

namespace mote {
namespace {

constexpr std::array<std::string_view, 11> kActivations = {
    "Clip",  "Elu",  "Gelu",    "HardSigmoid", "HardSwish", "LeakyRelu",
    "PRelu", "Relu", "Sigmoid", "Swish",       "Tanh"};

bool is(const Node& node, std::string_view op_type) {
  return node.domain.empty() && node.op_type == op_type;
}

bool is_activation(const Node& node) {
  return node.domain.empty() && std::ranges::find(kActivations, node.op_type) != kActivations.end();
}

// The only node that reads it, if that is one of `which`.
template <class F>
const Node* sole_reader(const Graph& graph, ValueId value, const F& which) {
  const NodeId user = graph.only_user(value);
  if (user == NodeId::kNone) return nullptr;
  const Node& node = graph.node(user);
  return which(node) && node.inputs[0] == value && node.outputs[0] != ValueId::kNone ? &node
                                                                                     : nullptr;
}

const Node* sole_quantizer(const Graph& graph, ValueId value) {
  return sole_reader(graph, value, [](const Node& n) { return is(n, "QuantizeLinear"); });
}

bool inside_integer_layer(const Graph& graph, ValueId value) {
  const Node* activation = sole_reader(graph, value, is_activation);
  return activation != nullptr && sole_quantizer(graph, activation->outputs[0]) != nullptr;
}

// The quantized value that says the same, if its scale is known.
ValueId stand_in(const Graph& graph, ValueId value) {
  ValueId narrow = value;
  const Node& producer = graph.node(graph.value(value).producer);
  if (const Node* quantizer = sole_quantizer(graph, value)) narrow = quantizer->outputs[0];
  if (is(producer, "DequantizeLinear")) narrow = producer.inputs[0];
  return scale_of(graph, narrow) ? narrow : value;
}

bool is_comparable(const Value& value) {
  if (value.type.kind != Type::Kind::kTensor || value.producer == NodeId::kNone) return false;
  return value.type.tensor.dtype == DType::kUndefined || is_convertible(value.type.tensor.dtype);
}

// What nodes of the outermost graph make, by name.
class MadeValues {
 public:
  explicit MadeValues(const Graph& graph) : graph_(graph) {
    for (NodeId id = graph.first_node(); id != NodeId::kNone; id = graph.next_node(id)) {
      for (const ValueId v : graph.node(id).outputs) {
        if (v != ValueId::kNone) by_base_.emplace(base_name(graph.value(v).name), v);
      }
    }
  }

  // Of that very name, or else the first that differs in the suffix; kNone: there is none.
  ValueId find(std::string_view name) const {
    const ValueId exact = graph_.find_value(name);
    if (exact != ValueId::kNone && graph_.value(exact).producer != NodeId::kNone) return exact;
    const auto it = by_base_.find(base_name(name));
    return it == by_base_.end() ? ValueId::kNone : it->second;
  }

 private:
  const Graph& graph_;
  std::map<std::string_view, ValueId> by_base_;
};

class LayerMatcher {
 public:
  LayerMatcher(const Graph& a, const Graph& b) : a_(a), b_(b), made_(b) {}

  void take(const Node& node, ValueId value) {
    const std::string& name = a_.value(value).name;
    const ValueId other = made_.find(name);
    if (other == ValueId::kNone) return;
    if (inside_integer_layer(a_, value) || inside_integer_layer(b_, other)) return;
    const ValueId a = stand_in(a_, value);
    const ValueId b = stand_in(b_, other);
    if (!is_comparable(a_.value(a)) || !is_comparable(b_.value(b))) return;
    const bool is_new = names_.emplace(base_name(name)).second && taken_.insert(a).second;
    if (!is_new) return;
    pairs_.push_back({std::string(base_name(name)), op_of(node), observe(a_, a), observe(b_, b)});
  }

  std::vector<LayerPair> finish() { return std::move(pairs_); }

 private:
  // What computes, not what rounds the result.
  std::string op_of(const Node& node) const {
    if (is(node, "QuantizeLinear")) {
      const NodeId before = a_.value(node.inputs[0]).producer;
      if (before != NodeId::kNone) return op_of(a_.node(before));
    }
    return node.domain.empty() ? node.op_type : cat(node.domain, ".", node.op_type);
  }

  const Graph& a_;
  const Graph& b_;
  MadeValues made_;
  std::set<std::string, std::less<>> names_;
  std::set<ValueId> taken_;
  std::vector<LayerPair> pairs_;
};

}  // namespace

Observed observe(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  Observed seen{value.name, value.type.tensor.dtype};
  const bool real = seen.dtype == DType::kF32 || seen.dtype == DType::kF64 ||
                    seen.dtype == DType::kF16 || seen.dtype == DType::kBF16;
  if (!real) seen.scale = scale_of(graph, id);
  const bool widened =
      value.producer != NodeId::kNone && is(graph.node(value.producer), "DequantizeLinear");
  const auto scale = widened ? scale_of(graph, graph.node(value.producer).inputs[0]) : seen.scale;
  if (scale) seen.step = scale->scale;
  return seen;
}

std::vector<LayerPair> match_layers(const Graph& a, const Graph& b) {
  LayerMatcher matcher(a, b);
  std::set<ValueId> varying(a.inputs.begin(), a.inputs.end());  // weights made ready are no layers
  for (NodeId id = a.first_node(); id != NodeId::kNone; id = a.next_node(id)) {
    const Node& node = a.node(id);
    const bool varies =
        std::ranges::any_of(node.inputs, [&](ValueId v) { return varying.contains(v); });
    if (!varies) continue;
    for (const ValueId v : node.outputs) {
      if (v == ValueId::kNone) continue;
      varying.insert(v);
      matcher.take(node, v);
    }
  }
  return matcher.finish();
}

std::vector<IndexPair> match_names(std::span<const TensorInfo> a, std::span<const TensorInfo> b) {
  std::vector<bool> taken(b.size());
  std::vector<std::size_t> partner(a.size(), b.size());
  const auto key = [](const TensorInfo& info) { return base_name(info.name); };
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto it = std::ranges::find(b, base_name(a[i].name), key);
    const auto j = static_cast<std::size_t>(it - b.begin());
    if (it == b.end() || taken[j]) continue;
    partner[i] = j;
    taken[j] = true;
  }
  std::vector<IndexPair> pairs;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (partner[i] == b.size()) {
      partner[i] = static_cast<std::size_t>(std::ranges::find(taken, false) - taken.begin());
      if (partner[i] == b.size()) continue;
      taken[partner[i]] = true;
    }
    pairs.push_back({i, partner[i]});
  }
  return pairs;
}

}  // namespace mote
