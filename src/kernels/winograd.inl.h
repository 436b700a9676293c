// Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016, arXiv:1509.09308): the transforms
// around 36 matrix products that take a quarter of a direct convolution's multiplications.
// Interpolation points 0, a, -a, b, -b, infinity, with a = 5/8 and b = 3/2: powers and products of
// these are exact in f32, and errors are smaller than with 1 and 2.
// With the products around them, 90 to 126 GMAC/s of the direct convolution's for 64 to 256
// channels, with AVX2 on Zen 3, whose limit is 52.
#pragma once
#include "kernels/unary.inl.h"

namespace mote {
namespace {

constexpr int kIn = 6, kOut = 4;  // a tile's input and output pixels along each side

constexpr float kA = 0.625F, kB = 1.5F;
constexpr float kA2 = kA * kA, kB2 = kB * kB;

// B^T x: the rows are the coefficients of x (x^2 - a^2) (x^2 - b^2) without one factor each.
MOTE_INLINE void transform_input(const F32* x, F32 (&y)[kIn]) {
  const F32 both = splat(kA2 * kB2), sum = splat(kA2 + kB2);
  y[0] = hn::MulAdd(both, x[0], hn::NegMulAdd(sum, x[2], x[4]));
  y[5] = hn::MulAdd(both, x[1], hn::NegMulAdd(sum, x[3], x[5]));
  const F32 even_a = hn::NegMulAdd(splat(kB2), x[2], x[4]);
  const F32 odd_a = hn::Mul(splat(kA), hn::NegMulAdd(splat(kB2), x[1], x[3]));
  y[1] = hn::Add(even_a, odd_a);
  y[2] = hn::Sub(even_a, odd_a);
  const F32 even_b = hn::NegMulAdd(splat(kA2), x[2], x[4]);
  const F32 odd_b = hn::Mul(splat(kB), hn::NegMulAdd(splat(kA2), x[1], x[3]));
  y[3] = hn::Add(even_b, odd_b);
  y[4] = hn::Sub(even_b, odd_b);
}

// A^T x: the rows are powers of the points.
MOTE_INLINE void transform_output(const F32* x, F32 (&y)[kOut]) {
  const F32 s1 = hn::Add(x[1], x[2]), d1 = hn::Sub(x[1], x[2]);
  const F32 s2 = hn::Add(x[3], x[4]), d2 = hn::Sub(x[3], x[4]);
  y[0] = hn::Add(hn::Add(x[0], s1), s2);
  y[1] = hn::MulAdd(splat(kB), d2, hn::Mul(splat(kA), d1));
  y[2] = hn::MulAdd(splat(kB2), s2, hn::Mul(splat(kA2), s1));
  y[3] = hn::Add(hn::MulAdd(splat(kB2 * kB), d2, hn::Mul(splat(kA2 * kA), d1)), x[5]);
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
    transform_input(x, y);
    MOTE_UNROLL(16)
    for (int i = 0; i < kIn; ++i) middle[i * kIn + j] = y[i];
  }
  for (int i = 0; i < kIn; ++i) {
    F32 y[kIn];
    transform_input(middle + i * kIn, y);
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
    transform_output(x, y);
    MOTE_UNROLL(16)
    for (int i = 0; i < kOut; ++i) middle[i * kIn + j] = y[i];
  }
  const F32 bias = io.load(w.bias + c);
  for (std::int64_t line = 0; line < w.lines; ++line) {
    F32 y[kOut];
    transform_output(middle + line * kIn, y);
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
