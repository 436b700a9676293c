// Sums and softmax. The order of a sum depends on the shape alone, and is in two levels, so that
// rounding errors grow with the length of a block and the number of blocks, not their product.
#pragma once
#include "kernels/math.inl.h"
#include "kernels/table.h"

namespace mote {
namespace {

inline float lane_sum(F32 v) { return hn::GetLane(hn::SumOfLanes(kF32, v)); }

float sum_f32(const float* x, std::int64_t n) {
  constexpr std::int64_t kStep = 4 * kLanes;
  constexpr std::int64_t kBlock = 1024;
  static_assert(kBlock % kStep == 0);
  F32 total = hn::Zero(kF32);
  std::int64_t i = 0;
  while (n - i >= kStep) {
    const std::int64_t end = n - i >= kBlock ? i + kBlock : n;
    F32 s0 = hn::Zero(kF32), s1 = s0, s2 = s0, s3 = s0;
    for (; i + kStep <= end; i += kStep) {
      s0 = hn::Add(s0, hn::LoadU(kF32, x + i));
      s1 = hn::Add(s1, hn::LoadU(kF32, x + i + kLanes));
      s2 = hn::Add(s2, hn::LoadU(kF32, x + i + 2 * kLanes));
      s3 = hn::Add(s3, hn::LoadU(kF32, x + i + 3 * kLanes));
    }
    total = hn::Add(total, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)));
  }
  each_vector(i, n, [&](auto io, std::int64_t j) { total = hn::Add(total, io.load(x + j)); });
  return lane_sum(total);
}

void sum_rows_f32(const float* x, float* y, std::int64_t rows, std::int64_t cols,
                  float scale) noexcept {
  for (std::int64_t r = 0; r < rows; ++r) y[r] = scale * sum_f32(x + r * cols, cols);
}

// NaN may or may not survive here: softmax finds it again in the exponentials.
inline float max_f32(const float* x, std::int64_t n) {
  const F32 lowest = splat(-__builtin_inff());
  F32 best = lowest;
  each_vector(0, n, [&](auto io, std::int64_t i) {
    best = max_or_second(best, io.load_or(x + i, lowest));
  });
  return hn::GetLane(hn::MaxOfLanes(kF32, best));
}

void softmax_f32(const float* x, float* y, std::int64_t rows, std::int64_t cols) noexcept {
  for (std::int64_t r = 0; r < rows; ++r, x += cols, y += cols) {
    const F32 top = splat(max_f32(x, cols));
    each_vector(0, cols, [&](auto io, std::int64_t i) {
      io.store(vector_exp_below_0(hn::Sub(io.load(x + i), top)), y + i);
    });
    const F32 inverse = splat(1.0F / sum_f32(y, cols));
    each_vector(0, cols, [&](auto io, std::int64_t i) {
      io.store(hn::Mul(io.load(y + i), inverse), y + i);
    });
  }
}

// The sums of kVectors vectors of columns.
template <int kVectors, class Io>
inline void sum_columns_of(const Io& io, const float* x, std::int64_t ldx, float* y,
                           std::int64_t rows, F32 scale) {
  constexpr std::int64_t kBlock = 512;
  F32 total[kVectors];
  MOTE_UNROLL(16)
  for (int v = 0; v < kVectors; ++v) total[v] = hn::Zero(kF32);
  for (std::int64_t r = 0; r < rows;) {
    const std::int64_t end = rows - r > kBlock ? r + kBlock : rows;
    F32 sum[kVectors];
    MOTE_UNROLL(16)
    for (int v = 0; v < kVectors; ++v) sum[v] = hn::Zero(kF32);
    for (; r < end; ++r) {
      MOTE_UNROLL(16)
      for (int v = 0; v < kVectors; ++v) {
        sum[v] = hn::Add(sum[v], io.load(x + r * ldx + v * kLanes));
      }
    }
    MOTE_UNROLL(16)
    for (int v = 0; v < kVectors; ++v) total[v] = hn::Add(total[v], sum[v]);
  }
  MOTE_UNROLL(16)
  for (int v = 0; v < kVectors; ++v) io.store(hn::Mul(scale, total[v]), y + v * kLanes);
}

void sum_columns_f32(const float* x, std::int64_t ldx, float* y, std::int64_t rows,
                     std::int64_t cols, float scale) noexcept {
  const F32 factor = splat(scale);
  std::int64_t c = 0;
  for (; c + 4 * kLanes <= cols; c += 4 * kLanes) {
    sum_columns_of<4>(Whole{}, x + c, ldx, y + c, rows, factor);
  }
  each_vector(c, cols, [&](auto io, std::int64_t i) {
    sum_columns_of<1>(io, x + i, ldx, y + i, rows, factor);
  });
}

}  // namespace
}  // namespace mote
