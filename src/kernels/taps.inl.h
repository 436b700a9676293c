// Depthwise convolution and pooling: for each pixel, rows of channels, one for each tap, reduced
// to one row.
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

// Packed: a row of biases, then a row for each tap, all padded with zeros to whole vectors.
std::int64_t packed_depthwise_size_f32(std::int64_t channels, std::int64_t taps) noexcept {
  return whole_vectors(channels) * (taps + 1);
}

void pack_depthwise_f32(const float* w, const float* bias, std::int64_t channels, std::int64_t taps,
                        float* packed) noexcept {
  const std::int64_t padded = whole_vectors(channels);
  for (std::int64_t c = 0; c < padded; ++c) {
    const bool real = c < channels;
    packed[c] = real && bias != nullptr ? bias[c] : 0.0F;
    for (std::int64_t t = 0; t < taps; ++t) {
      packed[(t + 1) * padded + c] = real ? w[c * taps + t] : 0.0F;
    }
  }
}

template <int kVectors, class Io>
inline void depthwise_of(const Io& io, const float* const* rows, std::int64_t c, std::int64_t taps,
                         const float* w, std::int64_t w_step, F32 (&sum)[kVectors]) {
  MOTE_UNROLL(16)
  for (int v = 0; v < kVectors; ++v) sum[v] = hn::LoadU(kF32, w + v * kLanes);
  for (std::int64_t t = 0; t < taps; ++t) {
    const float* x = rows[t] + c;
    w += w_step;
    MOTE_UNROLL(16)
    for (int v = 0; v < kVectors; ++v) {
      sum[v] = hn::MulAdd(io.load(x + v * kLanes), hn::LoadU(kF32, w + v * kLanes), sum[v]);
    }
  }
}

// Pixels [begin, end). Channels outside, so that neighbouring pixels find the rows that they share
// in the L1 cache.
inline void depthwise_pixels(const DepthwiseF32& d, std::int64_t begin, std::int64_t end) {
  const std::int64_t padded = whole_vectors(d.channels);
  const EpilogueF32& e = d.epilogue;
  const FastEpilogue fast(e);
  each_channels(d.channels, [&](auto io, auto vectors, std::int64_t c) {
    for (std::int64_t i = begin; i < end; ++i) {
      F32 sum[vectors.value];
      depthwise_of(io, d.rows + i * d.taps, c, d.taps, d.packed + c, padded, sum);
      MOTE_UNROLL(16)
      for (int v = 0; v < vectors.value; ++v) {
        const std::int64_t at = c + v * kLanes;
        const float* more = e.residual != nullptr ? e.residual + i * e.residual_ld + at : nullptr;
        io.store(fast(io, sum[v], more), d.y + i * d.ldy + at);
      }
    }
  });
  finish_rows(e, d.y + begin * d.ldy, d.ldy, end - begin, d.channels);
}

void depthwise_f32(const DepthwiseF32& d) noexcept {
  constexpr std::int64_t kBlock = 128;
  for (std::int64_t i = 0; i < d.pixels; i += kBlock) {
    depthwise_pixels(d, i, d.pixels - i < kBlock ? d.pixels : i + kBlock);
  }
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
