// Loops whose count is known, one round after the other.
#include "format/tflite/write/lower/lowering.h"

namespace mote::tfl::write {
namespace {

// Beyond it the file is mostly a list of operators.
constexpr std::int64_t kMostRounds = 1024;
constexpr std::int64_t kMostNodes = 100'000;

Status too_many() {
  return Error{Code::kUnsupported,
               "rounds are written one after the other, up to 1024 of them and 100,000 nodes"};
}

bool is_too_long(std::int64_t rounds, const Graph& body) {
  return rounds > kMostRounds || rounds * static_cast<std::int64_t>(body.node_count()) > kMostNodes;
}

const GraphPtr& body_of(const Node& node) {
  return std::get<GraphPtr>(*node.attributes.find("body"));
}

std::int64_t entry(const std::vector<std::int64_t>& list, std::size_t i) {
  return i < list.size() ? list[i] : 0;
}

// Slices of what is scanned, and what a round gives, collected.
ValueId slice_at(Decomposition& d, ValueId x, std::int64_t index, std::int64_t axis) {
  const ValueId part =
      d.add("Slice", {x, d.integers({index}), d.integers({index + 1}), d.integers({axis})});
  return d.add("Squeeze", {part, d.integers({axis})});
}
ValueId collected(Decomposition& d, std::vector<ValueId> parts, std::int64_t axis) {
  for (ValueId& part : parts) part = d.add("Unsqueeze", {part, d.integers({axis})});
  return d.add("Concat", std::move(parts), {{"axis", axis}});
}

Status scan(Decomposition& d) {
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
  if (rounds < 1 || is_too_long(rounds, *body)) return too_many();
  std::vector<ValueId> state;
  for (std::size_t i = 0; i < states; ++i) state.push_back(d.in(i));
  std::vector<std::vector<ValueId>> outputs(body->outputs.size() - states);
  for (std::int64_t round = 0; round < rounds && d.status(); ++round) {
    std::vector<ValueId> inputs = state;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t at = entry(in_directions, i) != 0 ? rounds - 1 - round : round;
      inputs.push_back(slice_at(d, d.in(states + i), at, entry(in_axes, i)));
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
    d.yield(states + i, collected(d, std::move(outputs[i]), entry(out_axes, i)));
  }
  return d.status();
}

bool is_true(const Tensor* constant) {
  return constant != nullptr && constant->dtype() == DType::kBool && constant->count() == 1 &&
         *static_cast<const bool*>(constant->data());
}

// The body must say with a constant, or with what it was given, that it goes on.
bool goes_on(const Graph& body) {
  const ValueId condition = body.outputs[0].value;
  return condition == body.inputs[1] || is_true(&body.value(condition).constant);
}

Status loop(Decomposition& d) {
  const GraphPtr body = body_of(d.node());
  const Tensor* trips = d.has(0) ? d.constant(d.in(0)) : nullptr;
  const bool runs = !d.has(1) || is_true(d.constant(d.in(1)));
  if (trips == nullptr || trips->count() != 1 || !runs || !goes_on(*body)) {
    return Error{Code::kUnsupported, "a loop whose count is computed"};
  }
  const std::int64_t rounds = trips->values<std::int64_t>()[0];
  if (rounds < 1 || is_too_long(rounds, *body)) return too_many();
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
    if (d.wants(states + i)) d.yield(states + i, collected(d, std::move(outputs[i]), 0));
  }
  return d.status();
}

constexpr Lowering kLowerings[] = {{"Scan", scan}, {"Loop", loop}};

}  // namespace

extern const Lowerings kLowerControl;
constinit const Lowerings kLowerControl{kLowerings};

}  // namespace mote::tfl::write
