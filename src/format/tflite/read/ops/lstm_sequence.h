// TensorFlow Lite's LSTM over a sequence: the operator of ONNX where it says the same, otherwise a
// step in the body of Scan.
#pragma once
#include "format/tflite/read/ops/lstm_cell.h"

namespace mote::tfl {

struct LstmSequence {
  ValueId outputs = ValueId::kNone;  // [time, batch, out]
  LstmState last = {ValueId::kNone, ValueId::kNone};
};

// x: [time, batch, in]; aux: [time, batch, aux in], or kNone. backward: from the last element on.
// Fails as OpReader does.
LstmSequence lstm_sequence(OpReader& op, const LstmWeights& weights, const LstmRules& rules,
                           ValueId x, ValueId aux, LstmState state, bool backward);

}  // namespace mote::tfl
