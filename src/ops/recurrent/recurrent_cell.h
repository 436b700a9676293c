// What a recurrent cell makes of the sums of its gates, in f32. Internal to this folder.
#pragma once
#include "kernels/table.h"
#include "ops/recurrent/recurrent.h"

namespace mote {

// Of one direction, for one sequence at a time: elements [at, at + n) of arrays that have `hidden`
// for each gate. Different ranges touch nothing in common.
class CellF32 {
 public:
  // kernels and p outlive this.
  CellF32(const KernelTable& kernels, const RecurrentParams& p, std::int64_t hidden,
          std::int64_t direction)
      : kernels_(kernels),
        p_(p),
        f_(p.activations[static_cast<std::size_t>(direction)]),
        hidden_(hidden) {}

  // h: the new state.
  void rnn(float* sum, std::int64_t at, std::int64_t n, float* h) const;

  // sums: of gates i, o, f, g; peepholes: of i, o, f, or null; c: the state before, then after; h:
  // the new one.
  void lstm(float* sums, std::int64_t at, std::int64_t n, const float* peepholes, float* c,
            float* h) const;

  // sums: of gates z, r, and, if linear_before_reset, h, whose inputs' products `projected` has.
  // Otherwise what is to be multiplied with the hidden gate's weights goes to `reset`.
  void gru_gates(float* sums, std::int64_t at, std::int64_t n, const float* projected,
                 const float* h, float* reset) const;
  // sums: z and, at its place, the candidate. h: the state before; next: after.
  void gru(float* sums, std::int64_t at, std::int64_t n, const float* h, float* next) const;

 private:
  void binary(BinaryF32 f, const float* a, const float* b, float* y, std::int64_t n) const {
    kernels_.binary_f32(f, a, 1, b, 1, y, n);
  }
  void subtract_from_one(const float* x, float* y, std::int64_t n) const;
  void activate(std::size_t function, float* y, std::int64_t n) const;
  void look_at_cell(const float* p, const float* c, float* room, float* sum, std::int64_t n) const;

  const KernelTable& kernels_;
  const RecurrentParams& p_;
  const std::array<RecurrentActivation, 3>& f_;
  std::int64_t hidden_;
};

}  // namespace mote
