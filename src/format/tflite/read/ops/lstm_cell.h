// One step of TensorFlow Lite's LSTM, in any of its forms, as nodes.
#pragma once
#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

// What makes the pre-activation of one gate. kNone: the form at hand has none.
struct LstmGate {
  ValueId input = ValueId::kNone;      // [in, cells]
  ValueId aux = ValueId::kNone;        // [aux in, cells]
  ValueId recurrent = ValueId::kNone;  // [out, cells]
  ValueId peephole = ValueId::kNone;   // [cells], of the cell state
  ValueId bias = ValueId::kNone;       // [cells]
  ValueId norm = ValueId::kNone;       // [cells]: the gate is normalized, then multiplied by this
};

enum class LstmGateKind : std::uint8_t { kInput, kForget, kCell, kOutput };
inline constexpr std::size_t kLstmGates = 4;

struct LstmWeights {
  std::array<LstmGate, kLstmGates> gates;  // by LstmGateKind
  ValueId projection = ValueId::kNone;     // [cells, out]
  ValueId projection_bias = ValueId::kNone;
  bool coupled = false;  // the input gate is 1 - the forget gate

  const LstmGate& gate(LstmGateKind kind) const { return gates[static_cast<std::size_t>(kind)]; }
  // Every value that is there, in a fixed order.
  std::vector<ValueId*> values();
};

struct LstmRules {
  fb::ActivationFunctionType activation = fb::ActivationFunctionType_TANH;
  float cell_clip = 0, projection_clip = 0;  // 0: none
  // Of activations on their way into a product with integer weights; null: they are taken as
  // floats.
  std::function<ValueId(NodeWriter&, ValueId)> rounded;
  // On what grids the states, what is projected, and gates before they are normalized are kept;
  // null: as floats.
  std::function<ValueId(NodeWriter&, ValueId)> output_grid, cell_grid, hidden_grid;
  std::array<std::function<ValueId(NodeWriter&, ValueId)>, kLstmGates> gate_grids;
};

struct LstmState {
  ValueId output, cell;  // [batch, out], [batch, cells]
};

// The states after a step with `x` [batch, in] and perhaps `aux` [batch, aux in].
//   gate(k) = norm(x W + aux A + output R + cell P) + bias
//   cell'   = forget * cell + input * activation(gate(cell)), clipped
//   output' = projection(output gate * activation(cell')), clipped
// The output gate's peephole sees cell'. (Sak, Senior and Beaufays 2014, with layer normalization.)
LstmState lstm_step(NodeWriter& w, const LstmWeights& weights, const LstmRules& rules, ValueId x,
                    ValueId aux, LstmState state);

// The activation as nodes of any graph. Fails with kUnsupported for one that is none.
ValueId add_activation(NodeWriter& w, ValueId value, fb::ActivationFunctionType activation);

}  // namespace mote::tfl
