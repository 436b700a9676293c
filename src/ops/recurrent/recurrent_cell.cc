#include "ops/recurrent/recurrent_cell.h"

#include <algorithm>
#include <limits>

namespace mote {

void CellF32::subtract_from_one(const float* x, float* y, std::int64_t n) const {
  const float one = 1.0F;
  kernels_.binary_f32(BinaryF32::kSub, &one, 0, x, 1, y, n);
}

void CellF32::activate(std::size_t function, float* y, std::int64_t n) const {
  if (p_.clip < std::numeric_limits<float>::infinity()) {
    kernels_.unary_f32(UnaryF32::kClamp, -p_.clip, p_.clip, y, y, n);
  }
  apply_f32(kernels_, f_[function], y, n);
}

// sum += p * c
void CellF32::look_at_cell(const float* p, const float* c, float* room, float* sum,
                           std::int64_t n) const {
  binary(BinaryF32::kMul, p, c, room, n);
  binary(BinaryF32::kAdd, sum, room, sum, n);
}

void CellF32::rnn(float* sum, std::int64_t at, std::int64_t n, float* h) const {
  activate(0, sum + at, n);
  std::copy_n(sum + at, n, h + at);
}

void CellF32::lstm(float* sums, std::int64_t at, std::int64_t n, const float* peepholes, float* c,
                   float* h) const {
  float *i = sums + at, *o = i + hidden_, *f = o + hidden_, *g = f + hidden_;
  c += at, h += at;
  const float* p = peepholes != nullptr ? peepholes + at : nullptr;
  if (p != nullptr) {
    // Until its new value is there, h is room to work in.
    look_at_cell(p, c, h, i, n);
    look_at_cell(p + 2 * hidden_, c, h, f, n);
  }
  activate(0, i, n);
  activate(0, f, n);
  activate(1, g, n);
  if (p_.input_forget) subtract_from_one(i, f, n);
  binary(BinaryF32::kMul, f, c, c, n);
  binary(BinaryF32::kMul, i, g, g, n);
  binary(BinaryF32::kAdd, c, g, c, n);
  if (p != nullptr) look_at_cell(p + hidden_, c, h, o, n);
  activate(0, o, n);
  std::copy_n(c, n, h);
  apply_f32(kernels_, f_[2], h, n);
  binary(BinaryF32::kMul, o, h, h, n);
}

void CellF32::gru_gates(float* sums, std::int64_t at, std::int64_t n, const float* projected,
                        const float* h, float* reset) const {
  float *z = sums + at, *r = z + hidden_, *candidate = r + hidden_;
  projected += at;
  if (p_.linear_before_reset) {
    binary(BinaryF32::kAdd, z, projected, z, n);
    binary(BinaryF32::kAdd, r, projected + hidden_, r, n);
  }
  activate(0, z, n);
  activate(0, r, n);
  if (p_.linear_before_reset) {
    binary(BinaryF32::kMul, r, candidate, candidate, n);
    binary(BinaryF32::kAdd, candidate, projected + 2 * hidden_, candidate, n);
  } else {
    binary(BinaryF32::kMul, r, h + at, reset + at, n);
  }
}

// next = (1 - z) * candidate + z * h
void CellF32::gru(float* sums, std::int64_t at, std::int64_t n, const float* h, float* next) const {
  float *z = sums + at, *candidate = z + 2 * hidden_;
  next += at;
  activate(1, candidate, n);
  binary(BinaryF32::kMul, z, h + at, next, n);
  subtract_from_one(z, z, n);
  binary(BinaryF32::kMul, z, candidate, candidate, n);
  binary(BinaryF32::kAdd, candidate, next, next, n);
}

}  // namespace mote
