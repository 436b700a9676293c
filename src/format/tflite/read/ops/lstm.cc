// LSTM over one step or a sequence, one way or both.
#include <algorithm>

#include "base/text.h"
#include "format/tflite/read/ops/lstm_sequence.h"

namespace mote::tfl {
namespace {

// Where one direction's tensors stand among the inputs. The gates are in the order of LstmGateKind.
struct LstmLayout {
  std::size_t input, recurrent, peephole, bias, projection, output_state, cell_state;
  std::size_t norm = 0;  // 0: this operator has none
  std::size_t aux = 0;
};
constexpr LstmLayout kOneWay = {1, 5, 9, 12, 16, 18, 19, 20, 0};
constexpr LstmLayout kForward = {1, 5, 9, 12, 16, 35, 36, 0, 40};
constexpr LstmLayout kBackward = {18, 22, 26, 29, 33, 37, 38, 0, 44};

// The last axis of weights is what they multiply; a product wants it first.
ValueId factor(OpReader& op, std::size_t i) { return op.real(i, {1, 0}); }

LstmWeights read_weights(OpReader& op, const LstmLayout& at, bool has_aux) {
  LstmWeights weights;
  weights.coupled = !op.has(at.input);
  for (std::size_t k = weights.coupled ? 1 : 0; k < kLstmGates; ++k) {
    LstmGate& gate = weights.gates[k];
    gate.input = factor(op, at.input + k);
    gate.recurrent = factor(op, at.recurrent + k);
    if (has_aux && at.aux != 0 && op.has(at.aux + k)) gate.aux = factor(op, at.aux + k);
    // The cell gate has no peephole: the list has input, forget and output.
    const std::size_t peephole = at.peephole + (k == 3 ? 2 : k);
    if (k != 2) gate.peephole = op.real(peephole);
    gate.bias = op.real(at.bias + k);
    if (at.norm != 0) gate.norm = op.real(at.norm + k);
  }
  if (op.has(at.projection)) {
    weights.projection = factor(op, at.projection);
    weights.projection_bias = op.real(at.projection + 1);
  }
  return weights;
}

// To the grid of a quantized tensor and back.
std::function<ValueId(NodeWriter&, ValueId)> grid_of(const TensorDef& def) {
  if (!def.quantized() || def.quantization.per_axis()) return {};
  return [&def](NodeWriter& w, ValueId value) -> ValueId {
    auto c = constants_of(def.quantization, def.dtype);
    if (!c) {
      w.fail(std::move(c).error());
      return value;
    }
    const ValueId scale = w.constant(std::move(c->scale));
    const ValueId zero_point = w.constant(std::move(c->zero_point));
    const ValueId q = w.add("QuantizeLinear", {value, scale, zero_point});
    return w.add("DequantizeLinear", {q, scale, zero_point});
  };
}

// Rows with a scale of their own each: to 255 steps about zero, or to 256 of their range.
ValueId rounded_row(NodeWriter& w, ValueId x, bool asymmetric) {
  const ValueId axes = w.integers({-1});
  const ValueId zero = w.scalar_like(x, 0), one = w.scalar_like(x, 1);
  const auto scale_of = [&](ValueId range, double steps) {
    const ValueId scale = w.add("Div", {range, w.scalar_like(x, steps)});
    return w.add("Where", {w.add("Equal", {range, zero}), one, scale});
  };
  if (!asymmetric) {
    const ValueId range = w.add("ReduceMax", {w.add("Abs", {x}), axes});
    const ValueId scale = scale_of(range, 127);
    return w.add("Mul", {w.add("Round", {w.add("Div", {x, scale})}), scale});
  }
  const ValueId low = w.add("Min", {w.add("ReduceMin", {x, axes}), zero});
  const ValueId high = w.add("Max", {w.add("ReduceMax", {x, axes}), zero});
  const ValueId scale = scale_of(w.add("Sub", {high, low}), 255);
  const ValueId zero_point = w.add("Round", {w.add("Neg", {w.add("Div", {low, scale})})});
  ValueId q = w.add("Add", {w.add("Round", {w.add("Div", {x, scale})}), zero_point});
  q = w.add("Clip", {q, zero, w.scalar_like(x, 255)});
  return w.add("Mul", {w.add("Sub", {q, zero_point}), scale});
}

struct LstmOptions {
  LstmRules rules;
  bool asymmetric = false;
  bool time_major = true;
};

template <class Options>
LstmOptions options_of(const Options& o) {
  LstmOptions out;
  out.rules.activation = o.fused_activation_function();
  out.rules.cell_clip = o.cell_clip();
  out.rules.projection_clip = o.proj_clip();
  out.asymmetric = o.asymmetric_quantize_inputs();
  return out;
}

// Integer models keep states on their grids; float ones by integer weights round activations.
void add_rules(OpReader& op, const LstmLayout& at, LstmOptions& o) {
  if (!op.has(at.output_state) || !op.has(at.cell_state)) {
    return op.fail({Code::kInvalidArgument, "an LSTM without states"});
  }
  if (op.in(0).quantized()) {
    o.rules.output_grid = grid_of(op.in(at.output_state));
    o.rules.cell_grid = grid_of(op.in(at.cell_state));
    // Intermediates: the four gates before normalization, then what is projected.
    const auto intermediates = values_of(op.op().intermediates());
    const Tensors& tensors = op.subgraph().tensors();
    for (std::size_t k = 0; k < intermediates.size() && k <= kLstmGates; ++k) {
      if (!tensors.contains(intermediates[k])) continue;
      auto grid = grid_of(tensors.def(intermediates[k]));
      (k < kLstmGates ? o.rules.gate_grids[k] : o.rules.hidden_grid) = std::move(grid);
    }
  } else if (op.in(at.input + 1).quantized()) {
    const bool asymmetric = o.asymmetric;
    o.rules.rounded = [asymmetric](NodeWriter& w, ValueId v) {
      return rounded_row(w, v, asymmetric);
    };
  }
}

// One direction over [time, batch, in]; its states are kept.
LstmSequence run_direction(OpReader& op, const LstmLayout& at, LstmOptions o, ValueId x,
                           ValueId aux, bool backward) {
  add_rules(op, at, o);
  const LstmWeights weights = read_weights(op, at, aux != ValueId::kNone);
  if (!op.status()) return {};
  const LstmState state{op.real(at.output_state), op.real(at.cell_state)};
  const LstmSequence sequence = lstm_sequence(op, weights, o.rules, x, aux, state, backward);
  op.assign(at.output_state, sequence.last.output);
  op.assign(at.cell_state, sequence.last.cell);
  return sequence;
}

ValueId with_time_first(OpReader& op, ValueId v, bool time_major) {
  return v == ValueId::kNone || time_major ? v : op.transpose(v, {1, 0, 2});
}

void unidirectional_sequence_lstm(OpReader& op) {
  const auto* o = op.options<fb::UnidirectionalSequenceLSTMOptions>();
  if (o == nullptr) return op.fail(no_options());
  if (o->diagonal_recurrent_tensors()) return op.unsupported("diagonal recurrent weights");
  const ValueId x = with_time_first(op, op.real(0), o->time_major());
  const LstmSequence sequence =
      run_direction(op, kOneWay, options_of(*o), x, ValueId::kNone, false);
  op.yield(0, with_time_first(op, sequence.outputs, o->time_major()));
}

void bidirectional_sequence_lstm(OpReader& op) {
  const auto* o = op.options<fb::BidirectionalSequenceLSTMOptions>();
  if (o == nullptr) return op.fail(no_options());
  constexpr std::size_t kAux = 39;
  const ValueId x = with_time_first(op, op.real(0), o->time_major());
  ValueId aux = with_time_first(op, op.real(kAux), o->time_major());
  ValueId back = x;
  // Without weights of its own the auxiliary input is what the way back reads.
  if (aux != ValueId::kNone && !op.has(kForward.aux + 1)) back = std::exchange(aux, ValueId::kNone);
  const LstmSequence f = run_direction(op, kForward, options_of(*o), x, aux, false);
  const LstmSequence b = run_direction(op, kBackward, options_of(*o), back, aux, true);
  if (o->merge_outputs()) {
    const ValueId both = op.add("Concat", {f.outputs, b.outputs}, {{"axis", std::int64_t{2}}});
    return op.yield(0, with_time_first(op, both, o->time_major()));
  }
  op.yield(0, with_time_first(op, f.outputs, o->time_major()));
  op.yield(1, with_time_first(op, b.outputs, o->time_major()));
}

// -- one step

// Inputs: x, output state, weights [4 * cells, in + out], biases, cell state; the gates in the
// order input, cell, forget, output. The states come and go as tensors of the graph.
void basic_lstm(OpReader& op) {
  const ValueId x = op.real(0), before = op.real(1), cell = op.real(4);
  const ValueId joined = op.add("Concat", {x, before}, {{"axis", std::int64_t{1}}});
  const ValueId gates =
      op.add("Gemm", {joined, op.real(2), op.real(3)}, {{"transB", std::int64_t{1}}});
  const auto parts = op.add_many(4, "Split", {gates},
                                 {{"axis", std::int64_t{1}}, {"num_outputs", std::int64_t{4}}});
  const auto sigmoid = [&](ValueId v) { return op.add("Sigmoid", {v}); };
  const ValueId kept = op.add("Mul", {sigmoid(parts[2]), cell});
  const ValueId added = op.add("Mul", {sigmoid(parts[0]), op.add("Tanh", {parts[1]})});
  const ValueId next = op.add("Add", {kept, added});
  op.yield(1, next);
  op.yield(0, op.add("Mul", {sigmoid(parts[3]), op.add("Tanh", {next})}));
  if (op.output_count() > 2) op.yield(2, joined);
  if (op.output_count() > 3) op.yield(3, gates);
}

void lstm(OpReader& op) {
  const auto* o = op.options<fb::LSTMOptions>();
  if (o == nullptr) return op.fail(no_options());
  if (o->kernel_type() == fb::LSTMKernelType_BASIC) return basic_lstm(op);
  LstmOptions options = options_of(*o);
  add_rules(op, kOneWay, options);
  const LstmWeights weights = read_weights(op, kOneWay, false);
  if (!op.status()) return;
  const LstmState state{op.real(kOneWay.output_state), op.real(kOneWay.cell_state)};
  const LstmState next = lstm_step(op, weights, options.rules, op.real(0), ValueId::kNone, state);
  op.assign(kOneWay.output_state, next.output);
  op.assign(kOneWay.cell_state, next.cell);
  op.yield(op.output_count() - 1, next.output);
}

constexpr Mapping kMappings[] = {
    {fb::BuiltinOperator_LSTM, lstm},
    {fb::BuiltinOperator_UNIDIRECTIONAL_SEQUENCE_LSTM, unidirectional_sequence_lstm},
    {fb::BuiltinOperator_BIDIRECTIONAL_SEQUENCE_LSTM, bidirectional_sequence_lstm},
};

}  // namespace

extern const Mappings kLstm;
constinit const Mappings kLstm{kMappings};

}  // namespace mote::tfl
