// Subgraphs: called in place, chosen by a condition, repeated.
#include "base/text.h"
#include "format/tflite/read/ops/inner_graph.h"

namespace mote::tfl {
namespace {

// Arguments of a subgraph, none of which may be absent.
std::vector<ValueId> stored_inputs(OpReader& op, std::size_t first) {
  std::vector<ValueId> values;
  for (std::size_t i = first; i < op.input_count(); ++i) {
    if (!op.has(i)) op.fail({Code::kCorrupt, cat("argument ", i, " of a subgraph is absent")});
    values.push_back(op.stored(i));
  }
  return values;
}

// The results of subgraph `index` on `inputs`, its nodes among those of the graph at hand.
std::vector<ValueId> call(OpReader& op, std::int64_t index, std::span<const ValueId> inputs) {
  const auto run = [&]() -> Result<std::vector<ValueId>> {
    SubgraphReader& here = op.subgraph();
    MOTE_ASSIGN(SubgraphReader callee, SubgraphReader::open(here.context(), index, here.graph(),
                                                            here.inference(), here.depth() + 1));
    MOTE_TRY(callee.bind_inputs(inputs));
    MOTE_TRY(callee.read_operators());
    return callee.output_values();
  };
  if (!op.status()) return {};
  auto results = run();
  if (results) return *std::move(results);
  op.fail(std::move(results).error());
  return {};
}

void yield_all(OpReader& op, std::span<const ValueId> values) {
  if (!op.status()) return;
  if (values.size() < op.output_count()) {
    return op.fail({Code::kCorrupt,
                    cat("a subgraph of ", values.size(), " outputs gives ", op.output_count())});
  }
  for (std::size_t i = 0; i < op.output_count(); ++i) op.yield_stored(i, values[i]);
}

void read_call(OpReader& op) {
  const auto* o = op.options<fb::CallOptions>();
  if (o == nullptr) return op.fail(no_options());
  yield_all(op, call(op, o->subgraph(), stored_inputs(op, 0)));
}

// An operator of StableHLO with the subgraph that says what it computes.
void stablehlo_composite(OpReader& op) {
  const auto* o = op.options<fb::StableHLOCompositeOptions>();
  if (o == nullptr) return op.fail(no_options());
  yield_all(op, call(op, o->decomposition_subgraph_index(), stored_inputs(op, 0)));
}

// -- If

Result<GraphPtr> branch(OpReader& op, std::int64_t index, std::span<const ValueId> arguments) {
  InnerGraph inner(op);
  std::vector<ValueId> inputs;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    inputs.push_back(inner.add_captured(static_cast<int>(i), arguments[i]));
  }
  MOTE_ASSIGN(const std::vector<ValueId> outputs, inner.call(index, inputs));
  for (const ValueId v : outputs) MOTE_TRY(inner.add_output(v));
  return inner.finish();
}

void read_if(OpReader& op) {
  const auto* o = op.options<fb::IfOptions>();
  if (o == nullptr) return op.fail(no_options());
  Node node;
  node.op_type = "If";
  node.name = op.name();
  node.inputs = stored_inputs(op, 0);
  node.captured = static_cast<int>(node.inputs.size()) - 1;
  if (!op.status()) return;
  if (node.inputs.empty()) return op.fail({Code::kInvalidArgument, "no condition"});
  const auto run = [&]() -> Status {
    const std::vector<ValueId> arguments(node.inputs.begin() + 1, node.inputs.end());
    MOTE_ASSIGN(GraphPtr then_branch, branch(op, o->then_subgraph_index(), arguments));
    MOTE_ASSIGN(GraphPtr else_branch, branch(op, o->else_subgraph_index(), arguments));
    node.attributes.set("then_branch", std::move(then_branch));
    node.attributes.set("else_branch", std::move(else_branch));
    MOTE_ASSIGN(const std::vector<ValueId> made,
                add_holder(op, std::move(node), op.output_count()));
    yield_all(op, made);
    return {};
  };
  if (Status status = run(); !status) op.fail(std::move(status).error());
}

// -- While

// What two iterations agree on.
TensorType common(const TensorType& a, const TensorType& b) {
  if (!a.shape || !b.shape || a.shape->size() != b.shape->size()) return {a.dtype, std::nullopt};
  TensorType type = a;
  for (std::size_t i = 0; i < a.shape->size(); ++i) {
    if (!(*a.shape)[i].same((*b.shape)[i])) (*type.shape)[i] = Dim();
  }
  return type;
}

// The body of Loop for variables of these types: the body's nodes, then the condition's on what
// they give. Types that the body changes become what holds before and after; then `stable` is
// false.
Result<GraphPtr> loop_body(OpReader& op, const fb::WhileOptions& o, std::vector<TensorType>& types,
                           bool& stable) {
  InnerGraph inner(op);
  inner.add_input("iteration", TensorType(DType::kS64, Shape{}));
  inner.add_input("condition", TensorType(DType::kBool, Shape{}));
  std::vector<ValueId> variables;
  for (std::size_t i = 0; i < types.size(); ++i) {
    variables.push_back(inner.add_input(cat("variable_", i), types[i]));
  }
  MOTE_ASSIGN(const std::vector<ValueId> next, inner.call(o.body_subgraph_index(), variables));
  if (next.size() != types.size()) {
    return Error{Code::kCorrupt,
                 cat("the body of a loop over ", types.size(), " variables gives ", next.size())};
  }
  MOTE_ASSIGN(const std::vector<ValueId> condition, inner.call(o.cond_subgraph_index(), next));
  if (condition.size() != 1) return Error{Code::kCorrupt, "a condition that is not one value"};
  stable = true;
  for (std::size_t i = 0; i < types.size(); ++i) {
    TensorType both = common(types[i], inner.inference().known(next[i]).type.tensor);
    stable = stable && both == types[i];
    types[i] = std::move(both);
  }
  NodeWriter w = inner.writer();
  const ValueId again = w.add("Reshape", {condition[0], w.integers({})});
  MOTE_TRY(w.status());
  MOTE_TRY(inner.add_output(again));
  for (const ValueId v : next) MOTE_TRY(inner.add_output(v));
  return inner.finish();
}

void read_while(OpReader& op) {
  const auto* o = op.options<fb::WhileOptions>();
  if (o == nullptr) return op.fail(no_options());
  const std::vector<ValueId> initial = stored_inputs(op, 0);
  const std::vector<ValueId> condition = call(op, o->cond_subgraph_index(), initial);
  if (!op.status()) return;
  if (condition.size() != 1) return op.fail({Code::kCorrupt, "a condition that is not one value"});
  const ValueId first = op.reshape(condition[0], {});
  std::vector<TensorType> types;
  types.reserve(initial.size());
  for (const ValueId v : initial) types.push_back(op.type(v));
  const auto run = [&]() -> Status {
    Node node;
    node.op_type = "Loop";
    node.name = op.name();
    node.inputs = {ValueId::kNone, first};
    node.inputs.insert(node.inputs.end(), initial.begin(), initial.end());
    bool stable = false;
    GraphPtr body;
    // Sizes are given up, then ranks: nothing is left to change after that.
    for (int attempt = 0; attempt < 3 && !stable; ++attempt) {
      MOTE_ASSIGN(body, loop_body(op, *o, types, stable));
    }
    if (!stable) return Error{Code::kUnsupported, "variables that change their type as it repeats"};
    node.attributes.set("body", std::move(body));
    MOTE_ASSIGN(const std::vector<ValueId> made,
                add_holder(op, std::move(node), op.output_count()));
    yield_all(op, made);
    return {};
  };
  if (Status status = run(); !status) op.fail(std::move(status).error());
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_CALL, read_call},
    {fb::BuiltinOperator_STABLEHLO_COMPOSITE, stablehlo_composite},
    {fb::BuiltinOperator_IF, read_if},
    {fb::BuiltinOperator_WHILE, read_while},
};

}  // namespace

extern const Mappings kControl;
constinit const Mappings kControl{kMappings};

}  // namespace mote::tfl
