#include "format/tflite/read/ops/lstm_sequence.h"

#include "format/tflite/read/ops/inner_graph.h"

namespace mote::tfl {
namespace {

bool fits_onnx(const LstmWeights& weights, const LstmRules& rules) {
  const bool known = rules.activation == fb::ActivationFunctionType_TANH ||
                     rules.activation == fb::ActivationFunctionType_RELU;
  const bool normalized = weights.gate(LstmGateKind::kForget).norm != ValueId::kNone;
  const bool aux = weights.gate(LstmGateKind::kForget).aux != ValueId::kNone;
  return known && !normalized && !aux && weights.projection == ValueId::kNone &&
         !(rules.cell_clip > 0) && !rules.rounded && !rules.output_grid && !rules.cell_grid;
}

// The operator of ONNX, which has the gates in the order input, output, forget, cell.
class OnnxLstm {
 public:
  OnnxLstm(OpReader& op, const LstmWeights& weights) : op_(op), weights_(weights) {}

  LstmSequence add(ValueId x, LstmState state, const LstmRules& rules, bool backward) {
    const ValueId w = stacked([&](LstmGateKind k) { return op_.transpose(gate(k).input, {1, 0}); });
    const ValueId r = stacked([&](LstmGateKind k) {
      return op_.transpose(gate(k).recurrent, {1, 0});
    });
    const std::int64_t cells = cell_count();
    if (!op_.status()) return {};
    const std::string name = rules.activation == fb::ActivationFunctionType_RELU ? "Relu" : "Tanh";
    const ValueId none = ValueId::kNone;
    const auto made = op_.add_many(
        3, "LSTM",
        {x, w, r, bias(cells), none, op_.add("Unsqueeze", {state.output, op_.integers({0})}),
         op_.add("Unsqueeze", {state.cell, op_.integers({0})}), peepholes()},
        {{"hidden_size", cells},
         {"direction", std::string(backward ? "reverse" : "forward")},
         {"activations", std::vector<std::string>{"Sigmoid", name, name}}});
    const auto squeezed = [&](ValueId v, std::int64_t axis) {
      return op_.add("Squeeze", {v, op_.integers({axis})});
    };
    return {squeezed(made[0], 1), {squeezed(made[1], 0), squeezed(made[2], 0)}};
  }

 private:
  // 1 - sigmoid(z) is sigmoid(-z): a coupled input gate is the forget gate by negated weights.
  const LstmGate& gate(LstmGateKind k) const {
    return weights_.gate(weights_.coupled && k == LstmGateKind::kInput ? LstmGateKind::kForget : k);
  }
  ValueId signed_as(LstmGateKind k, ValueId v) {
    return weights_.coupled && k == LstmGateKind::kInput ? op_.add("Neg", {v}) : v;
  }
  std::int64_t cell_count() {
    const TensorType type = op_.type(gate(LstmGateKind::kForget).recurrent);
    const std::int64_t cells = type.rank() == 2 ? (*type.shape)[1].size() : -1;
    if (cells <= 0) op_.unsupported("weights of unknown size");
    return cells;
  }
  // [1, gates * cells, ...]
  template <class F>
  ValueId stacked(const F& part, std::span<const LstmGateKind> order = kOrder) {
    std::vector<ValueId> parts;
    for (const LstmGateKind k : order) parts.push_back(signed_as(k, part(k)));
    const ValueId all = op_.add("Concat", std::move(parts), {{"axis", std::int64_t{0}}});
    return op_.add("Unsqueeze", {all, op_.integers({0})});
  }
  ValueId bias(std::int64_t cells) {
    const ValueId zeros = op_.zeros({cells});
    const auto of = [&](LstmGateKind k) {
      return gate(k).bias == ValueId::kNone ? zeros : gate(k).bias;
    };
    const ValueId input = stacked(of);
    const ValueId recurrent = stacked([&](LstmGateKind) { return zeros; });
    return op_.add("Concat", {input, recurrent}, {{"axis", std::int64_t{1}}});
  }
  ValueId peepholes() {
    if (gate(LstmGateKind::kOutput).peephole == ValueId::kNone) return ValueId::kNone;
    return stacked([&](LstmGateKind k) { return gate(k).peephole; }, std::span(kOrder).first(3));
  }

  static constexpr std::array<LstmGateKind, 4> kOrder = {
      LstmGateKind::kInput, LstmGateKind::kOutput, LstmGateKind::kForget, LstmGateKind::kCell};
  OpReader& op_;
  const LstmWeights& weights_;
};

TensorType without_time(TensorType type) {
  if (type.shape && !type.shape->empty()) type.shape->erase(type.shape->begin());
  return type;
}

// A step for each element of the sequence, in the body of Scan.
Result<LstmSequence> scan(OpReader& op, LstmWeights weights, const LstmRules& rules, ValueId x,
                          ValueId aux, LstmState state, bool backward) {
  InnerGraph inner(op);
  const LstmState before{inner.add_input("output", op.type(state.output)),
                         inner.add_input("cell", op.type(state.cell))};
  const ValueId x_now = inner.add_input("x", without_time(op.type(x)));
  const ValueId aux_now =
      aux == ValueId::kNone ? aux : inner.add_input("aux", without_time(op.type(aux)));
  Node node;
  node.op_type = "Scan";
  node.name = op.name();
  node.inputs = {state.output, state.cell, x};
  if (aux != ValueId::kNone) node.inputs.push_back(aux);
  const std::int64_t scanned = aux == ValueId::kNone ? 1 : 2;
  for (ValueId* v : weights.values()) {
    node.inputs.push_back(*v);
    *v = inner.add_captured(node.captured++, *v);
  }
  NodeWriter w = inner.writer();
  const LstmState after = lstm_step(w, weights, rules, x_now, aux_now, before);
  MOTE_TRY(w.status());
  for (const ValueId v : {after.output, after.cell, after.output}) MOTE_TRY(inner.add_output(v));
  const std::int64_t direction = backward ? 1 : 0;
  node.attributes.set("body", inner.finish());
  node.attributes.set("num_scan_inputs", scanned);
  node.attributes.set("scan_input_directions",
                      std::vector<std::int64_t>(static_cast<std::size_t>(scanned), direction));
  node.attributes.set("scan_output_directions", std::vector<std::int64_t>{direction});
  MOTE_ASSIGN(const std::vector<ValueId> made, add_holder(op, std::move(node), 3));
  return LstmSequence{made[2], {made[0], made[1]}};
}

}  // namespace

LstmSequence lstm_sequence(OpReader& op, const LstmWeights& weights, const LstmRules& rules,
                           ValueId x, ValueId aux, LstmState state, bool backward) {
  if (aux == ValueId::kNone && fits_onnx(weights, rules)) {
    return OnnxLstm(op, weights).add(x, state, rules, backward);
  }
  if (!op.status()) return {};
  auto made = scan(op, weights, rules, x, aux, state, backward);
  if (made) return *made;
  op.fail(std::move(made).error());
  return {};
}

}  // namespace mote::tfl
