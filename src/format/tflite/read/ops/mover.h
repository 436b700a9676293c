// Operators that move elements.
#pragma once
#include "format/tflite/read/op_reader.h"

namespace mote::tfl {

// Movement does not look at what elements mean; where outputs mean something else by them than the
// inputs that carry data, they are quantized anew.
class Mover {
 public:
  // Data are inputs [first, first + count).
  explicit Mover(OpReader& op, std::size_t first = 0, std::size_t count = 1) : op_(op) {
    for (std::size_t i = first; i < first + count; ++i) {
      for (std::size_t o = 0; o < op.output_count(); ++o) {
        const Quantization &from = op.in(i).quantization, &to = op.out(o).quantization;
        const bool alike = from.scales == to.scales && from.zero_points == to.zero_points &&
                           from.block_size == to.block_size;
        // Where one side says nothing of a meaning, the elements are the same.
        stored_ =
            stored_ && op.in(i).dtype == op.out(o).dtype && (alike || !from.any() || !to.any());
      }
    }
  }
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
