// Operators that move elements.
#pragma once
#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

// Movement does not look at what elements mean; where outputs mean something else by them than the
// inputs that carry data, they are quantized anew.
class Mover {
 public:
  // Data are inputs [first, first + count).
  explicit Mover(OpReader& op, std::size_t first = 0, std::size_t count = 1);
  // All inputs are data.
  static Mover of_all(OpReader& op) { return Mover(op, 0, op.input_count()); }

  bool stored() const { return stored_; }
  void compute_with_numbers() { stored_ = false; }
  ValueId in(std::size_t i, const Permutation& order = {}) {
    return stored_ ? op_.stored(i, order) : op_.real(i, order);
  }
  void yield(std::size_t i, ValueId value, const Permutation& order = {}) {
    stored_ ? op_.yield_stored(i, value, order) : op_.yield(i, value, order);
  }

 private:
  OpReader& op_;
  bool stored_ = true;
};

}  // namespace mote::tfl
