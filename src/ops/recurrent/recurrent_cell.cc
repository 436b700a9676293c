#include "ops/recurrent/recurrent_cell.h"

#include <algorithm>
#include <limits>

namespace mote {

void CellF32::subtract_from_one(const float* x, float* y) const {
  const float one = 1.0F;
  kernels_.binary_f32(BinaryF32::kSub, &one, 0, x, 1, y, n_);
}

void CellF32::activate(std::size_t function, float* y, std::int64_t n) const {
  if (p_.clip < std::numeric_limits<float>::infinity()) {
    kernels_.unary_f32(UnaryF32::kClamp, -p_.clip, p_.clip, y, y, n);
  }
  apply_f32(kernels_, f_[function], y, n);
}

// sum += p * c
void CellF32::look_at_cell(const float* p, const float* c, float* room, float* sum) const {
  binary(BinaryF32::kMul, p, c, room);
  binary(BinaryF32::kAdd, sum, room, sum);
}

void CellF32::rnn(float* sum, float* h) const {
  activate(0, sum, n_);
  std::copy_n(sum, n_, h);
}

void CellF32::lstm(float* sums, const float* peepholes, float* c, float* h) const {
  float *i = sums, *o = i + n_, *f = o + n_, *g = f + n_;
  // h has been used; until its new value is there it is room to work in.
  if (peepholes != nullptr) {
    look_at_cell(peepholes, c, h, i);
    look_at_cell(peepholes + 2 * n_, c, h, f);
    activate(0, i, n_);
    activate(0, f, n_);
  } else {
    activate(0, i, 3 * n_);
  }
  activate(1, g, n_);
  if (p_.input_forget) subtract_from_one(i, f);
  binary(BinaryF32::kMul, f, c, c);
  binary(BinaryF32::kMul, i, g, g);
  binary(BinaryF32::kAdd, c, g, c);
  if (peepholes != nullptr) {
    look_at_cell(peepholes + n_, c, h, o);
    activate(0, o, n_);
  }
  std::copy_n(c, n_, h);
  apply_f32(kernels_, f_[2], h, n_);
  binary(BinaryF32::kMul, o, h, h);
}

void CellF32::gru_gates(float* sums, const float* projected, const float* h, float* reset) const {
  float *r = sums + n_, *candidate = r + n_;
  if (p_.linear_before_reset) {
    kernels_.binary_f32(BinaryF32::kAdd, sums, 1, projected, 1, sums, 2 * n_);
  }
  activate(0, sums, 2 * n_);
  if (p_.linear_before_reset) {
    binary(BinaryF32::kMul, r, candidate, candidate);
    binary(BinaryF32::kAdd, candidate, projected + 2 * n_, candidate);
  } else {
    binary(BinaryF32::kMul, r, h, reset);
  }
}

// h = (1 - z) * candidate + z * h
void CellF32::gru(float* sums, float* h) const {
  float *z = sums, *candidate = sums + 2 * n_;
  activate(1, candidate, n_);
  binary(BinaryF32::kMul, z, h, h);
  subtract_from_one(z, z);
  binary(BinaryF32::kMul, z, candidate, candidate);
  binary(BinaryF32::kAdd, candidate, h, h);
}

}  // namespace mote
