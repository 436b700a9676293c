// Loops whose count is known, one round after the other.
#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

// With those of its subgraphs.
std::int64_t nodes_of(const Graph& graph) {
  auto count = static_cast<std::int64_t>(graph.node_count());
  for (NodeId id = graph.first_node(); id != NodeId::kNone; id = graph.next_node(id)) {
    for_each_subgraph(graph.node(id), [&](const GraphPtr& inner) { count += nodes_of(*inner); });
  }
  return count;
}

const GraphPtr& body_of(const Node& node) {
  return std::get<GraphPtr>(*node.attributes.find("body"));
}

std::int64_t entry(const std::vector<std::int64_t>& list, std::size_t i) {
  return i < list.size() ? list[i] : 0;
}

Status scan(Decomposition& d) {
  Formula f(d);
  const Node& node = d.node();
  const GraphPtr body = body_of(node);
  const auto count = static_cast<std::size_t>(integer_of(node, "num_scan_inputs", 0));
  const std::size_t states = node.declared_inputs().size() - count;
  const auto in_axes = integers_of(node, "scan_input_axes");
  const auto in_directions = integers_of(node, "scan_input_directions");
  const auto out_axes = integers_of(node, "scan_output_axes");
  const auto out_directions = integers_of(node, "scan_output_directions");
  const auto first = d.type(d.in(states)).dims();
  if (!first) {
    return Error{Code::kUnsupported, "a scan of open length: give the model's inputs fixed sizes"};
  }
  const std::int64_t axis0 = entry(in_axes, 0);
  const auto rounds = (*first)[static_cast<int>(axis0 < 0 ? axis0 + first->rank() : axis0)];
  MOTE_TRY(expect_few(d.graph(), rounds, nodes_of(*body)));
  std::vector<ValueId> state;
  for (std::size_t i = 0; i < states; ++i) state.push_back(d.in(i));
  std::vector<std::vector<ValueId>> outputs(body->outputs.size() - states);
  for (std::int64_t round = 0; round < rounds && d.status(); ++round) {
    std::vector<ValueId> inputs = state;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t at = entry(in_directions, i) != 0 ? rounds - 1 - round : round;
      inputs.push_back(f.element(d.in(states + i), at, entry(in_axes, i)));
    }
    const auto made = d.add_graph(*body, inputs);
    if (!d.status()) break;
    for (std::size_t i = 0; i < outputs.size(); ++i) outputs[i].push_back(made[states + i]);
    state.assign(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(states));
  }
  if (!d.status()) return d.status();
  for (std::size_t i = 0; i < states; ++i) d.yield(i, state[i]);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!d.wants(states + i)) continue;
    if (entry(out_directions, i) != 0) std::ranges::reverse(outputs[i]);
    d.yield(states + i, f.stack(std::move(outputs[i]), entry(out_axes, i)));
  }
  return d.status();
}

// The body must say with a constant, or with what it was given, that it goes on.
bool goes_on(const Graph& body) {
  const ValueId condition = body.outputs[0].value;
  return condition == body.inputs[1] || is_true(&body.value(condition).constant);
}

Status loop(Decomposition& d) {
  Formula f(d);
  const GraphPtr body = body_of(d.node());
  const Tensor* trips = d.has(0) ? d.constant(d.in(0)) : nullptr;
  const bool runs = !d.has(1) || is_true(d.constant(d.in(1)));
  if (trips == nullptr || trips->count() != 1 || !runs || !goes_on(*body)) {
    return Error{Code::kUnsupported, "a loop whose count is computed"};
  }
  const std::int64_t rounds = trips->values<std::int64_t>()[0];
  MOTE_TRY(expect_few(d.graph(), rounds, nodes_of(*body)));
  const std::size_t states = d.node().declared_inputs().size() - 2;
  std::vector<ValueId> state;
  for (std::size_t i = 0; i < states; ++i) state.push_back(d.in(i + 2));
  std::vector<std::vector<ValueId>> outputs(body->outputs.size() - 1 - states);
  const ValueId on = d.constant(Tensor::scalar(true));
  for (std::int64_t round = 0; round < rounds && d.status(); ++round) {
    std::vector<ValueId> inputs{d.constant(Tensor::scalar(round)), on};
    inputs.insert(inputs.end(), state.begin(), state.end());
    const auto made = d.add_graph(*body, inputs);
    if (!d.status()) break;
    const auto behind = made.begin() + 1 + static_cast<std::ptrdiff_t>(states);
    state.assign(made.begin() + 1, behind);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      outputs[i].push_back(behind[static_cast<std::ptrdiff_t>(i)]);
  }
  if (!d.status()) return d.status();
  for (std::size_t i = 0; i < states; ++i) d.yield(i, state[i]);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (d.wants(states + i)) d.yield(states + i, f.stack(std::move(outputs[i]), 0));
  }
  return d.status();
}

constexpr Lowering kLowerings[] = {{"Scan", scan}, {"Loop", loop}};

}  // namespace

extern const Lowerings kLowerControl;
constinit const Lowerings kLowerControl{kLowerings};

}  // namespace mote::tfl::write
