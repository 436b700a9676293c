// Pooling: for each pixel, rows of channels, one for each tap, reduced to one row.
#pragma once
#include "kernels/unary.inl.h"

namespace mote {
namespace {

template <int kN>
struct Vectors {
  static constexpr int value = kN;
};

// Calls body(io, vectors, c) for the channels from c on: Vectors<4> while they last, then
// Vectors<1>, the last perhaps a part.
template <class Body>
inline void each_channels(std::int64_t channels, const Body& body) {
  std::int64_t c = 0;
  for (; c + 4 * kLanes <= channels; c += 4 * kLanes) body(Whole{}, Vectors<4>{}, c);
  each_vector(c, channels, [&](auto io, std::int64_t i) { body(io, Vectors<1>{}, i); });
}

template <class Fold, class Finish>
inline void pool_f32(const PoolF32& p, float start, const Fold& fold, const Finish& finish) {
  for (std::int64_t i = 0; i < p.pixels; ++i) {
    const float* const* rows = p.rows + i * p.taps;
    float* y = p.y + i * p.ldy;
    each_channels(p.channels, [&](auto io, auto vectors, std::int64_t c) {
      F32 acc[vectors.value];
      MOTE_UNROLL(16)
      for (int v = 0; v < vectors.value; ++v) acc[v] = splat(start);
      for (std::int64_t t = 0; t < p.taps; ++t) {
        MOTE_UNROLL(16)
        for (int v = 0; v < vectors.value; ++v) {
          acc[v] = fold(acc[v], io.load(rows[t] + c + v * kLanes));
        }
      }
      MOTE_UNROLL(16)
      for (int v = 0; v < vectors.value; ++v) io.store(finish(acc[v], i), y + c + v * kLanes);
    });
  }
}

void max_pool_f32(const PoolF32& p) noexcept {
  pool_f32(
      p, -__builtin_inff(), [](F32 a, F32 x) { return max_nan(a, x); },
      [](F32 a, std::int64_t) { return a; });
}

void average_pool_f32(const PoolF32& p) noexcept {
  pool_f32(
      p, 0.0F, [](F32 a, F32 x) { return hn::Add(a, x); },
      [&](F32 a, std::int64_t i) { return hn::Mul(a, splat(p.scale[i])); });
}

}  // namespace
}  // namespace mote
