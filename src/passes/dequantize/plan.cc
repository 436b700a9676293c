#include "passes/dequantize/plan.h"

#include "base/text.h"
#include "ir/op_def.h"
#include "passes/dequantize/element_ports.h"
#include "passes/dequantize/places.h"
#include "passes/dequantize/value_sets.h"

namespace mote::dequantization {
namespace {

// A constant, or a 0 that nothing states, among the values of a set.
struct Site {
  Place at;
  Tensor integers;
  std::size_t among;  // the number of one of the values
};

class Planner {
 public:
  explicit Planner(const Graph& graph)
      : root_(scope_of(graph, values_)), sets_(values_), facts_(values_), known_(values_) {}

  Result<DequantizePlan> run() {
    for_each_node(*root_, [&](const Scope& scope, NodeId id) { join_ends(scope, id); });
    join_captures(*root_);
    join_states();
    find_entering();
    for_each_node(*root_, [&](const Scope& scope, NodeId id) { note(scope, id); });
    for (const SetFacts& facts : facts_) MOTE_TRY(check(facts));
    MOTE_TRY(check_readers(*root_));
    return plan_of(*root_);
  }

 private:
  template <class F>
  static void for_each_node(const Scope& scope, const F& f) {
    for (const NodeId id : scope.graph->node_ids()) f(scope, id);
    for (const auto& [node, scopes] : scope.inner) {
      for (const auto& inner : scopes) for_each_node(*inner, f);
    }
  }

  SetFacts& facts(const Scope& scope, ValueId value) {
    return facts_[sets_.root(scope.number(value))];
  }
  bool becomes_numbers(const Scope& scope, ValueId value) {
    return !constant_of(scope, value) && facts(scope, value).becomes_numbers();
  }

  void join_ends(const Scope& scope, NodeId id);
  void join_captures(const Scope& scope);
  void join_states();
  void find_entering();
  void note(const Scope& scope, NodeId id);
  Status check(const SetFacts& facts) const;
  Status check_readers(const Scope& scope);
  Status check_reader(const Scope& scope, NodeId id);
  DequantizePlan plan_of(const Scope& scope);
  void plan_fills(const Scope& scope, DequantizePlan& plan);

  std::size_t values_ = 0;
  std::unique_ptr<Scope> root_;
  DisjointSets sets_;
  std::vector<SetFacts> facts_;  // by root
  std::vector<bool> known_;      // where the value's integers come from
  std::unordered_map<const Scope*, std::vector<Site>> sites_;
};

// Constants may be shared by sets of several grids: they belong to none.
void Planner::join_ends(const Scope& scope, NodeId id) {
  for (const PlaceGroup& group : place_groups(scope, id)) {
    std::optional<std::size_t> among;
    for (const Place& p : group) {
      if (p.kind != Place::Kind::kNodeInput && p.kind != Place::Kind::kGraphOutput) {
        known_[p.scope->number(p.value)] = true;
      }
      if (constant_of(*p.scope, p.value)) continue;
      const std::size_t number = p.scope->number(p.value);
      if (among) sets_.join(number, *among);
      among = number;
    }
    if (!among) continue;
    for (const Place& p : group) {
      const Tensor integers = constant_of(*p.scope, p.value);
      if (integers) sites_[p.scope].push_back({p, integers, *among});
    }
    if (brings_zeros(scope.graph->node(id))) {
      constexpr int kFill = 2;  // of Pad
      sites_[&scope].push_back({{&scope, Place::Kind::kNodeInput, id, kFill, ValueId::kNone},
                                Tensor::scalar<std::int64_t>(0),
                                *among});
    }
  }
}

void Planner::join_captures(const Scope& scope) {
  for (const auto& [inner, outer] : scope.captured) {
    known_[scope.number(inner)] = true;
    if (!constant_of(scope, inner)) {
      sets_.join(scope.number(inner), scope.parent->number(outer));
    }
  }
  for (const auto& [node, scopes] : scope.inner) {
    for (const auto& s : scopes) join_captures(*s);
  }
}

// What an output gives is what the input takes in the next run.
void Planner::join_states() {
  const Graph& graph = *root_->graph;
  std::unordered_map<std::string_view, ValueId> outputs;
  for (const GraphOutput& output : graph.outputs) outputs.emplace(output.name, output.value);
  for (const ValueId input : graph.inputs) {
    for (const auto& [key, name] : graph.value(input).notes.properties) {
      const auto output = key == kStateKey ? outputs.find(name) : outputs.end();
      if (output == outputs.end() || constant_of(*root_, output->second)) continue;
      sets_.join(root_->number(input), root_->number(output->second));
    }
  }
}

void Planner::find_entering() {
  for (const ValueId input : root_->graph->inputs) {
    known_[root_->number(input)] = true;
    facts(*root_, input).entering = true;
  }
}

void Planner::note(const Scope& scope, NodeId id) {
  const Graph& graph = *scope.graph;
  const Node& node = graph.node(id);
  if (is_quantize(node) && node.outputs[0] != ValueId::kNone) {
    known_[scope.number(node.outputs[0])] = true;
    SetFacts& made = facts(scope, node.outputs[0]);
    made.quantized = true;
    made.state(Grid::of(scope, node), {&scope, id});
  }
  if (is_dequantize(node) && !constant_of(scope, node.inputs[0])) {
    SetFacts& read = facts(scope, node.inputs[0]);
    read.dequantized = true;
    read.state(Grid::of(scope, node), {&scope, id});
  }
  const auto note_other = [&](const Scope& of, ValueId value) {
    if (value == ValueId::kNone || known_[of.number(value)]) return;
    if (!constant_of(of, value)) facts(of, value).other = ScopedNode{&scope, id};
  };
  for (const ValueId output : node.outputs) note_other(scope, output);
  const auto held = scope.inner.find(id);
  if (held == scope.inner.end()) return;
  for (const auto& inner : held->second) {
    for (const ValueId input : inner->graph->inputs) note_other(*inner, input);
  }
}

Error refusal(ScopedNode at, std::string_view what) {
  const Graph& graph = *at.scope->graph;
  return {Code::kUnsupported, cat(describe(graph, graph.node(at.node)), what)};
}

Status Planner::check(const SetFacts& facts) const {
  if (!facts.becomes_numbers()) return {};
  if (facts.other) {
    return refusal(*facts.other,
                   " makes integers that are put among quantized ones: without QuantizeLinear "
                   "behind it, nothing says what numbers they stand for");
  }
  if (facts.clash) {
    return refusal(*facts.clash,
                   " takes integers of one scale and zero point for those of another: put "
                   "DequantizeLinear and QuantizeLinear between the two");
  }
  return {};
}

// Integers may be moved, compared and chosen from: numbers do as well. What computes with them
// means the integers themselves.
Status Planner::check_reader(const Scope& scope, NodeId id) {
  const Node& node = scope.graph->node(id);
  std::vector<bool> fine(node.inputs.size());
  if (is_dequantize(node)) fine[0] = true;
  for (const PlaceGroup& group : place_groups(scope, id)) {
    for (const Place& p : group) {
      if (p.kind == Place::Kind::kNodeInput) fine[static_cast<std::size_t>(p.index)] = true;
    }
  }
  for (std::size_t i = 0; i < node.declared_inputs().size(); ++i) {
    const ValueId in = node.inputs[i];
    if (in == ValueId::kNone || fine[i] || !becomes_numbers(scope, in)) continue;
    return refusal({&scope, id},
                   cat(" reads quantized integers for what they are: '",
                       scope.graph->value(in).name, "' needs DequantizeLinear before it"));
  }
  return {};
}

Status Planner::check_readers(const Scope& scope) {
  for (const NodeId id : scope.graph->node_ids()) MOTE_TRY(check_reader(scope, id));
  for (const auto& [node, scopes] : scope.inner) {
    for (const auto& inner : scopes) MOTE_TRY(check_readers(*inner));
  }
  return {};
}

void Planner::plan_fills(const Scope& scope, DequantizePlan& plan) {
  for (const Site& site : sites_[&scope]) {
    const std::size_t set = sets_.root(site.among);
    if (!facts_[set].becomes_numbers()) continue;
    const bool of_graph = site.at.kind == Place::Kind::kGraphOutput;
    plan.fills.push_back({of_graph ? NodeId::kNone : site.at.node, site.at.index, site.at.value,
                          site.integers, *facts_[set].grid, set});
  }
}

DequantizePlan Planner::plan_of(const Scope& scope) {
  DequantizePlan plan;
  for (const NodeId id : scope.graph->node_ids()) {
    const Node& node = scope.graph->node(id);
    if (is_quantize(node)) plan.quantizers.emplace(id, Grid::of(scope, node));
    if (is_dequantize(node) && becomes_numbers(scope, node.inputs[0])) plan.dequantizers.insert(id);
  }
  const auto enter = [&](ValueId value) {
    if (becomes_numbers(scope, value)) plan.entering.emplace(value, *facts(scope, value).grid);
  };
  for (const ValueId input : scope.graph->inputs) enter(input);
  for (const auto& [inner, outer] : scope.captured) enter(inner);
  plan_fills(scope, plan);
  for (const auto& [node, scopes] : scope.inner) {
    for (const auto& inner : scopes) plan.inner[node].push_back(plan_of(*inner));
  }
  return plan;
}

}  // namespace

bool is_quantize(const Node& node) {
  if (node.op_type != "QuantizeLinear" && node.op_type != "DynamicQuantizeLinear") return false;
  return node.op != nullptr && node.inputs[0] != ValueId::kNone;
}

bool is_dequantize(const Node& node) {
  if (node.op_type != "DequantizeLinear" || node.op == nullptr) return false;
  return node.inputs[0] != ValueId::kNone && node.outputs[0] != ValueId::kNone;
}

Result<DequantizePlan> plan_dequantization(const Graph& graph) { return Planner(graph).run(); }

}  // namespace mote::dequantization
