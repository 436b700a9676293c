// Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016, arXiv:1509.09308): the transforms
// around 36 matrix products that take a quarter of a direct convolution's multiplications.
// Interpolation points 0, 1, -1, 2, -2, infinity.
#pragma once
#include "kernels/unary.inl.h"

namespace mote {
namespace {

constexpr int kIn = 6, kOut = 4;  // a tile's input and output pixels along each side

// B^T x of six values: x[i * kStep].
template <int kStep>
MOTE_INLINE void transform_input(const F32* x, F32 (&y)[kIn]) {
  const F32 four = splat(4.0F), two = splat(2.0F), five = splat(5.0F);
  const F32 x1 = x[kStep], x2 = x[2 * kStep], x3 = x[3 * kStep], x4 = x[4 * kStep];
  y[0] = hn::Add(hn::MulSub(four, x[0], hn::Mul(five, x2)), x4);
  const F32 even = hn::NegMulAdd(four, x2, x4), odd = hn::NegMulAdd(four, x1, x3);
  y[1] = hn::Add(even, odd);
  y[2] = hn::Sub(even, odd);
  const F32 sum = hn::Sub(x4, x2), twice = hn::Mul(two, hn::Sub(x3, x1));
  y[3] = hn::Add(sum, twice);
  y[4] = hn::Sub(sum, twice);
  y[5] = hn::Add(hn::MulSub(four, x1, hn::Mul(five, x3)), x[5 * kStep]);
}

// A^T x of six values.
template <int kStep>
MOTE_INLINE void transform_output(const F32* x, F32 (&y)[kOut]) {
  const F32 x1 = x[kStep], x2 = x[2 * kStep], x3 = x[3 * kStep], x4 = x[4 * kStep];
  const F32 s1 = hn::Add(x1, x2), d1 = hn::Sub(x1, x2);
  const F32 s2 = hn::Add(x3, x4), d2 = hn::Sub(x3, x4);
  y[0] = hn::Add(hn::Add(x[0], s1), s2);
  y[1] = hn::MulAdd(splat(2.0F), d2, d1);
  y[2] = hn::MulAdd(splat(4.0F), s2, s1);
  y[3] = hn::Add(hn::MulAdd(splat(8.0F), d2, d1), x[5 * kStep]);
}

// One tile whose first column is `at`, one vector of channels from c on.
template <class Io>
inline void winograd_input_tile(const WinogradInputF32& w, const Io& io, std::int64_t at,
                                std::int64_t c, float* v) {
  F32 middle[kIn * kIn];
  for (int j = 0; j < kIn; ++j) {
    const std::int64_t column = at + j;
    const bool inside = column >= 0 && column < w.width;
    F32 x[kIn];
    MOTE_UNROLL(16)
    for (int i = 0; i < kIn; ++i) {
      const float* row = w.rows[i];
      x[i] = inside && row != nullptr ? io.load(row + column * w.channels + c) : hn::Zero(kF32);
    }
    F32 y[kIn];
    transform_input<1>(x, y);
    MOTE_UNROLL(16)
    for (int i = 0; i < kIn; ++i) middle[i * kIn + j] = y[i];
  }
  for (int i = 0; i < kIn; ++i) {
    F32 y[kIn];
    transform_input<1>(middle + i * kIn, y);
    MOTE_UNROLL(16)
    for (int j = 0; j < kIn; ++j) io.store(y[j], v + (i * kIn + j) * w.plane);
  }
}

void winograd_input_f32(const WinogradInputF32& w) noexcept {
  for (std::int64_t t = 0; t < w.tiles; ++t) {
    float* v = w.v + t * w.channels;
    const std::int64_t at = (w.first + t) * kOut - w.left;
    each_vector(0, w.channels,
                [&](auto io, std::int64_t c) { winograd_input_tile(w, io, at, c, v + c); });
  }
}

// One tile, one vector of filters from c on; `columns` of its pixels are inside.
template <class Io>
inline void winograd_output_tile(const WinogradOutputF32& w, const FastEpilogue& fast, const Io& io,
                                 const float* m, std::int64_t column, std::int64_t columns,
                                 std::int64_t c) {
  F32 middle[kOut * kIn];
  for (int j = 0; j < kIn; ++j) {
    F32 x[kIn], y[kOut];
    MOTE_UNROLL(16)
    for (int i = 0; i < kIn; ++i) x[i] = io.load(m + (i * kIn + j) * w.plane);
    transform_output<1>(x, y);
    MOTE_UNROLL(16)
    for (int i = 0; i < kOut; ++i) middle[i * kIn + j] = y[i];
  }
  const F32 bias = io.load(w.bias + c);
  for (std::int64_t line = 0; line < w.lines; ++line) {
    F32 y[kOut];
    transform_output<1>(middle + line * kIn, y);
    const std::int64_t pixel = line * w.width + column;
    for (std::int64_t i = 0; i < columns; ++i) {
      F32 done[1][1] = {{hn::Add(y[i], bias)}};
      const std::int64_t to = (pixel + i) * w.filters + c;
      const EpilogueF32& e = w.epilogue;
      if (e.residual != nullptr) done[0][0] = hn::Add(done[0][0], io.load(e.residual + to));
      fast.apply(done);
      io.store(done[0][0], w.y + to);
    }
  }
}

void winograd_output_f32(const WinogradOutputF32& w) noexcept {
  const FastEpilogue fast(w.epilogue);
  for (std::int64_t t = 0; t < w.tiles; ++t) {
    const std::int64_t column = (w.first + t) * kOut;
    const std::int64_t left = w.width - column;
    const std::int64_t columns = left < kOut ? left : kOut;
    each_vector(0, w.filters, [&](auto io, std::int64_t c) {
      winograd_output_tile(w, fast, io, w.m + t * w.filters + c, column, columns, c);
    });
    for (std::int64_t line = 0; line < w.lines; ++line) {
      finish_rows(w.epilogue, w.y + (line * w.width + column) * w.filters, w.filters, columns,
                  w.filters);
    }
  }
}

}  // namespace
}  // namespace mote
