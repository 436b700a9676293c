// If: branches become subgraphs whose inputs are what they read of the graph around them.
#include "format/tflite/write/graph_writer.h"

namespace mote::tfl::write {
namespace {

// What the branches read and computed, each once.
std::vector<ValueId> passed_values(OpWriter& op) {
  std::vector<ValueId> passed;
  for (std::size_t i = op.input_count(); i < op.node().inputs.size(); ++i) {
    const ValueId value = op.node().inputs[i];
    if (op.places().is_constant(value)) continue;
    if (std::ranges::find(passed, value) == passed.end()) passed.push_back(value);
  }
  return passed;
}

// `branch` with `passed` as its inputs, and constants of its own.
Graph closed(const OpWriter& op, const Graph& branch, std::span<const ValueId> passed) {
  Graph made = branch;
  const std::vector<Capture> captures = std::exchange(made.captures, {});
  std::vector<ValueId> inputs(passed.size(), ValueId::kNone);
  for (const Capture& c : captures) {
    const auto first = static_cast<std::size_t>(op.node().first_captured());
    const ValueId outer = op.node().inputs[first + static_cast<std::size_t>(c.index)];
    const Value& from = op.graph().value(outer);
    made.value(c.inner).type = from.type;
    made.value(c.inner).constant = from.constant;
    const auto at = std::ranges::find(passed, outer);
    if (at == passed.end()) continue;
    ValueId& input = inputs[static_cast<std::size_t>(at - passed.begin())];
    if (input == ValueId::kNone) {
      input = c.inner;
    } else {
      made.replace_uses(c.inner, input);
    }
  }
  for (std::size_t i = 0; i < passed.size(); ++i) {
    if (inputs[i] != ValueId::kNone) continue;
    const Value& from = op.graph().value(passed[i]);
    inputs[i] = made.add_value(from.name, from.type);
  }
  made.inputs = std::move(inputs);
  return made;
}

// A few bytes of a model may ask for branches of any size, in loops that were unrolled.
bool is_full(const FileSpec& file) {
  std::size_t operators = 0;
  for (const SubgraphSpec& s : file.subgraphs) operators += s.operators.size();
  return file.subgraphs.size() > 1000 || operators > 200'000;
}

// The number of its subgraph.
std::int32_t add_branch(OpWriter& op, const Graph& branch, std::span<const ValueId> passed) {
  FileSpec& file = op.context().file;
  if (!op.context().prepare || is_full(file)) {
    op.unsupported("branches, of which a file takes 1000, with 200,000 operators in all");
    return 0;
  }
  Graph graph = closed(op, branch, passed);
  const auto number = static_cast<std::int32_t>(file.subgraphs.size());
  SubgraphSpec& subgraph = file.subgraphs.emplace_back();
  subgraph.name = "branch_" + std::to_string(number);
  if (Status s = op.context().prepare(graph); !s) {
    op.fail(std::move(s).error());
    return number;
  }
  if (Status s = GraphWriter(graph, subgraph, op.context()).write(); !s) {
    op.fail(std::move(s).error());
  }
  return number;
}

const Graph& branch_of(const OpWriter& op, std::string_view name) {
  return *std::get<GraphPtr>(*op.node().attributes.find(name));
}

TensorSpec unread(const SubgraphSpec& branch, std::size_t output) {
  if (output >= branch.outputs.size()) return {};  // of a branch that is in the way
  TensorSpec spec = branch.tensor(branch.outputs[output]);
  spec.constant = {};
  return spec;
}

void condition(OpWriter& op) {
  const std::vector<ValueId> passed = passed_values(op);
  std::vector<std::int32_t> inputs{op.plain(0)};
  for (const ValueId value : passed) {
    const bool real = op.type(value).dtype == DType::kF32;
    auto tensor = op.places().tensor(value, as_is(op.rank(value)),
                                     real ? Elements::kReal : Elements::kStored);
    if (!tensor) return op.fail(std::move(tensor).error());
    inputs.push_back(*tensor);
  }
  fb::IfOptionsT o;
  o.then_subgraph_index = add_branch(op, branch_of(op, "then_branch"), passed);
  if (op.status()) o.else_subgraph_index = add_branch(op, branch_of(op, "else_branch"), passed);
  if (!op.status()) return;
  const SubgraphSpec& then =
      op.context().file.subgraphs[static_cast<std::size_t>(o.then_subgraph_index)];
  OperatorSpec made{fb::BuiltinOperator_IF, std::move(inputs), {}, {}};
  for (std::size_t i = 0; i < op.node().outputs.size(); ++i) {
    const bool read = op.out(i) != ValueId::kNone;
    made.outputs.push_back(read ? op.result(as_is(op.rank(op.out(i))), i)
                                : op.add_tensor(unread(then, i)));
  }
  made.options = options(o);
  op.add(std::move(made));
}

constexpr Mapping kMappings[] = {{"If", condition, kAnyElements}};

}  // namespace

extern const Mappings kWriteControl;
constinit const Mappings kWriteControl{kMappings};

}  // namespace mote::tfl::write
