// What a recurrent cell makes of the sums of its gates, in f32. Internal to this folder.
#pragma once
#include "kernels/table.h"
#include "ops/recurrent/recurrent.h"

namespace mote {

// Of one direction, for one sequence at a time. Arrays have `hidden` elements for each gate.
class CellF32 {
 public:
  // kernels and p outlive this.
  CellF32(const KernelTable& kernels, const RecurrentParams& p, std::int64_t hidden,
          std::int64_t direction)
      : kernels_(kernels),
        p_(p),
        f_(p.activations[static_cast<std::size_t>(direction)]),
        n_(hidden) {}

  // h: the new state.
  void rnn(float* sum, float* h) const;

  // sums: of gates i, o, f, g; peepholes: of i, o, f, or null; c: the state before, then after; h:
  // the new one.
  void lstm(float* sums, const float* peepholes, float* c, float* h) const;

  // sums: of gates z, r, and, if linear_before_reset, h, whose inputs' products `projected` has.
  // Otherwise what is to be multiplied with the hidden gate's weights goes to `reset`.
  void gru_gates(float* sums, const float* projected, const float* h, float* reset) const;
  // sums: z and, at its place, the candidate. h: the state before, then after.
  void gru(float* sums, float* h) const;

 private:
  void binary(BinaryF32 f, const float* a, const float* b, float* y) const {
    kernels_.binary_f32(f, a, 1, b, 1, y, n_);
  }
  void subtract_from_one(const float* x, float* y) const;
  void activate(std::size_t function, float* y, std::int64_t n) const;
  void look_at_cell(const float* p, const float* c, float* room, float* sum) const;

  const KernelTable& kernels_;
  const RecurrentParams& p_;
  const std::array<Activation, 3>& f_;
  std::int64_t n_;
};

}  // namespace mote
