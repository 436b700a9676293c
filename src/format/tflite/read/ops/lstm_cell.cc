#include "format/tflite/read/ops/lstm_cell.h"

#include "base/text.h"

namespace mote::tfl {
namespace {

ValueId clipped(NodeWriter& w, ValueId value, float bound) {
  if (!(bound > 0)) return value;
  return w.add("Clip", {value, w.scalar_like(value, -bound), w.scalar_like(value, bound)});
}

// To mean 0 and variance 1 along the cells.
ValueId normalized(NodeWriter& w, ValueId value) {
  constexpr double kEpsilon = 1e-8;
  const ValueId axes = w.integers({-1});
  const ValueId centred = w.add("Sub", {value, w.add("ReduceMean", {value, axes})});
  const ValueId variance = w.add("ReduceMean", {w.add("Mul", {centred, centred}), axes});
  const ValueId safe = w.add("Add", {variance, w.scalar_like(value, kEpsilon)});
  return w.add("Div", {centred, w.add("Sqrt", {safe})});
}

// What a step has of its inputs, rounded once for all gates.
struct StepInputs {
  ValueId x, aux, output;
};

ValueId pre_activation(NodeWriter& w, const LstmGate& gate,
                       const std::function<ValueId(NodeWriter&, ValueId)>& grid,
                       const StepInputs& in, ValueId cell) {
  ValueId sum = w.add("MatMul", {in.x, gate.input});
  const auto add = [&](ValueId term) { sum = w.add("Add", {sum, term}); };
  if (in.aux != ValueId::kNone && gate.aux != ValueId::kNone) {
    add(w.add("MatMul", {in.aux, gate.aux}));
  }
  add(w.add("MatMul", {in.output, gate.recurrent}));
  if (gate.peephole != ValueId::kNone) add(w.add("Mul", {cell, gate.peephole}));
  if (gate.norm != ValueId::kNone) {
    if (grid) sum = grid(w, sum);
    sum = w.add("Mul", {normalized(w, sum), gate.norm});
  }
  if (gate.bias != ValueId::kNone) add(gate.bias);
  return sum;
}

}  // namespace

std::vector<ValueId*> LstmWeights::values() {
  std::vector<ValueId*> all;
  const auto take = [&](ValueId& v) {
    if (v != ValueId::kNone) all.push_back(&v);
  };
  for (LstmGate& g : gates) {
    for (ValueId* v : {&g.input, &g.aux, &g.recurrent, &g.peephole, &g.bias, &g.norm}) take(*v);
  }
  take(projection);
  take(projection_bias);
  return all;
}

ValueId add_activation(NodeWriter& w, ValueId value, fb::ActivationFunctionType activation) {
  switch (activation) {
    case fb::ActivationFunctionType_NONE:
      return value;
    case fb::ActivationFunctionType_RELU:
      return w.add("Relu", {value});
    case fb::ActivationFunctionType_RELU_N1_TO_1:
      return w.add("Clip", {value, w.scalar_like(value, -1), w.scalar_like(value, 1)});
    case fb::ActivationFunctionType_RELU6:
      return w.add("Clip", {value, w.scalar_like(value, 0), w.scalar_like(value, 6)});
    case fb::ActivationFunctionType_TANH:
      return w.add("Tanh", {value});
    case fb::ActivationFunctionType_SIGN_BIT:
      break;
  }
  w.fail({Code::kUnsupported,
          cat("fused activation ", fb::EnumNameActivationFunctionType(activation))});
  return value;
}

LstmState lstm_step(NodeWriter& w, const LstmWeights& weights, const LstmRules& rules, ValueId x,
                    ValueId aux, LstmState state) {
  const auto rounded = [&](ValueId v) {
    return v == ValueId::kNone || !rules.rounded ? v : rules.rounded(w, v);
  };
  const StepInputs in{rounded(x), rounded(aux), rounded(state.output)};
  const auto gate = [&](LstmGateKind kind, ValueId cell) {
    const auto& grid = rules.gate_grids[static_cast<std::size_t>(kind)];
    return pre_activation(w, weights.gate(kind), grid, in, cell);
  };
  const auto sigmoid = [&](LstmGateKind kind, ValueId cell) {
    return w.add("Sigmoid", {gate(kind, cell)});
  };
  const ValueId forget = sigmoid(LstmGateKind::kForget, state.cell);
  const ValueId input = weights.coupled ? w.add("Sub", {w.scalar_like(forget, 1), forget})
                                        : sigmoid(LstmGateKind::kInput, state.cell);
  const ValueId update = add_activation(w, gate(LstmGateKind::kCell, state.cell), rules.activation);
  ValueId cell = w.add("Add", {w.add("Mul", {forget, state.cell}), w.add("Mul", {input, update})});
  cell = clipped(w, cell, rules.cell_clip);
  if (rules.cell_grid) cell = rules.cell_grid(w, cell);
  ValueId output = w.add(
      "Mul", {sigmoid(LstmGateKind::kOutput, cell), add_activation(w, cell, rules.activation)});
  if (rules.hidden_grid) output = rules.hidden_grid(w, output);
  if (weights.projection != ValueId::kNone) {
    output = w.add("MatMul", {rounded(output), weights.projection});
    if (weights.projection_bias != ValueId::kNone) {
      output = w.add("Add", {output, weights.projection_bias});
    }
    output = clipped(w, output, rules.projection_clip);
  }
  if (rules.output_grid) output = rules.output_grid(w, output);
  return {output, cell};
}

}  // namespace mote::tfl
