// What LSTM, GRU and RNN share: attributes, sizes, and where their tensors' rows lie.
#pragma once
#include <array>
#include <limits>

#include "ir/op_def.h"
#include "ops/recurrent/activation.h"
#include "ops/support/indices.h"

namespace mote {

enum class Cell : std::uint8_t { kLstm, kGru, kRnn };

// Inputs, by number; the last two of LSTM only.
enum RecurrentInput : std::size_t { kX, kW, kR, kB, kLengths, kInitialH, kInitialC, kPeepholes };
enum RecurrentOutput : std::size_t { kY, kYH, kYC };

struct RecurrentParams : OpParams {
  Cell cell = Cell::kLstm;
  int directions = 1;
  bool reversed = false;  // the only direction
  // Of each direction, in the order of the formulas: f, g, h.
  std::array<std::array<RecurrentActivation, 3>, 2> activations;
  float clip = std::numeric_limits<float>::infinity();
  std::int64_t hidden_size = 0;  // 0: as R says
  bool batch_first = false;      // layout 1
  bool input_forget = false;
  bool linear_before_reset = false;

  // Rows of W and R for each hidden element: LSTM's i, o, f, c; GRU's z, r, h.
  int gates() const { return cell == Cell::kLstm ? 4 : cell == Cell::kGru ? 3 : 1; }
  bool reverse(std::int64_t direction) const { return direction == 1 || reversed; }
};

struct RecurrentShape {
  std::int64_t steps, batch, input, hidden, directions, gates;
  bool batch_first;

  RecurrentShape(const RecurrentParams& p, const Dims& x, const Dims& r)
      : steps(x[p.batch_first ? 1 : 0]),
        batch(x[p.batch_first ? 0 : 1]),
        input(x[2]),
        hidden(r[2]),
        directions(p.directions),
        gates(p.gates()),
        batch_first(p.batch_first) {}

  // Elements before a row of X, of Y, of a state.
  std::int64_t x(std::int64_t t, std::int64_t b) const {
    return (batch_first ? b * steps + t : t * batch + b) * input;
  }
  std::int64_t y(std::int64_t t, std::int64_t d, std::int64_t b) const {
    return (batch_first ? (b * steps + t) * directions + d : (t * directions + d) * batch + b) *
           hidden;
  }
  std::int64_t state(std::int64_t d, std::int64_t b) const {
    return (batch_first ? b * directions + d : d * batch + b) * hidden;
  }
};

// Steps that sequence b has. Requires: check_lengths.
inline std::int64_t length_of(const RunArgs& args, const RecurrentShape& s, std::int64_t b) {
  const TensorView lengths = optional_input(args, kLengths);
  return lengths ? lengths.as<std::int32_t>()[b] : s.steps;
}

// Errors: kInvalidArgument: a sequence that is longer than X, or shorter than nothing.
Status check_lengths(const RunArgs& args, const RecurrentShape& s);

// Null if nobody wants output i.
template <class T>
T* wanted(const RunArgs& args, std::size_t i) {
  return i < args.out.size() ? args.out[i].as<T>() : nullptr;
}

// In f64, rounded once for each output element. scratch: recurrent_scratch doubles.
std::int64_t recurrent_scratch(const RecurrentShape& s);
Status recurrent_reference(const RecurrentParams& p, const RunArgs& args, double* scratch);

// Kernels for f32; else the reference with its scratch.
Result<std::unique_ptr<Step>> prepare_recurrent(const RecurrentParams& p, const PrepareArgs& args);

}  // namespace mote
