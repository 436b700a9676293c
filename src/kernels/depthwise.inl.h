// Depthwise convolution of f32: tiles of pixels times channels stay in registers, so that a vector
// of weights is loaded once for all pixels of a tile. An element's sum runs over the kernel's rows,
// then its columns, one fused multiply-add each; taps outside the image are left out.
// AVX2 on Zen 3, whose limit is 52 GMAC/s: 30 to 44 for 3x3 with stride 1, where weights stay in
// registers, 17 to 25 for other windows; channels by powers of two share sets of the L1 cache, and
// are slower.
#pragma once
#include "kernels/unary.inl.h"

namespace mote {
namespace {

// The kernel's columns [first, last) that pixel `i` has inside the image.
struct Columns {
  std::int64_t first, last;
};
inline Columns columns_of(const DepthwiseRow& d, std::int64_t i) {
  const std::int64_t at = i * d.stride - d.left;
  const std::int64_t first = at >= 0 ? 0 : (d.dilation - 1 - at) / d.dilation;
  const std::int64_t left = d.width - at;
  const std::int64_t last = left <= 0 ? 0 : (left - 1) / d.dilation + 1;
  return {first < d.kernel_w ? first : d.kernel_w, last < d.kernel_w ? last : d.kernel_w};
}

// The pixels [first, last) that have all columns inside the image.
inline Columns inner_pixels(const DepthwiseRow& d) {
  const std::int64_t last_at = d.width - (d.kernel_w - 1) * d.dilation - 1 + d.left;
  std::int64_t last = last_at < 0 ? 0 : last_at / d.stride + 1;
  if (last > d.pixels) last = d.pixels;
  const std::int64_t first = (d.left + d.stride - 1) / d.stride;
  return {first < last ? first : last, last};
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

// Pixels [i, i + kPixels) of output row `line`, kVectors vectors of channels from c on.
template <int kPixels, int kVectors, class Io>
inline void depthwise_tile(const DepthwiseF32& d, const FastEpilogue& fast, const Io& io,
                           std::int64_t line, std::int64_t i, std::int64_t c,
                           const Columns& columns) {
  const DepthwiseRow& g = d.row;
  const std::int64_t padded = whole_vectors(g.channels);
  const std::int64_t pixel = g.stride * g.channels, column = g.dilation * g.channels;
  const std::int64_t at = (i * g.stride - g.left + columns.first * g.dilation) * g.channels + c;
  F32 sum[kPixels][kVectors];
  MOTE_UNROLL(16)
  for (int v = 0; v < kVectors; ++v) {
    const F32 bias = hn::LoadU(kF32, d.packed + c + v * kLanes);
    MOTE_UNROLL(16)
    for (int p = 0; p < kPixels; ++p) sum[p][v] = bias;
  }
  const float* const* rows = d.rows + line * g.kernel_h;
  for (std::int64_t row = 0; row < g.kernel_h; ++row) {
    if (rows[row] == nullptr) continue;
    const float* x = rows[row] + at;
    const float* w = d.packed + (1 + row * g.kernel_w + columns.first) * padded + c;
    for (std::int64_t k = columns.first; k < columns.last; ++k, x += column, w += padded) {
      F32 weight[kVectors];
      MOTE_UNROLL(16)
      for (int v = 0; v < kVectors; ++v) weight[v] = hn::LoadU(kF32, w + v * kLanes);
      MOTE_UNROLL(16)
      for (int p = 0; p < kPixels; ++p) {
        const float* from = opaque(x + p * pixel);
        MOTE_UNROLL(16)
        for (int v = 0; v < kVectors; ++v) {
          sum[p][v] = hn::MulAdd(io.load(from + v * kLanes), weight[v], sum[p][v]);
        }
      }
    }
  }
  const EpilogueF32& e = d.epilogue;
  const std::int64_t pixels = line * g.pixels + i;
  const float* residual = e.residual != nullptr ? e.residual + pixels * e.residual_ld + c : nullptr;
  finish_tile(fast, io, residual, e.residual_ld, d.y[line] + i * g.channels + c, g.channels, sum);
}

// Pixels [i, end), all of whose columns are inside, in tiles of kPixels, the rest in smaller ones.
template <int kPixels, int kVectors, class Io>
inline void depthwise_pixels(const DepthwiseF32& d, const FastEpilogue& fast, const Io& io,
                             std::int64_t line, std::int64_t i, std::int64_t end, std::int64_t c) {
  for (; i + kPixels <= end; i += kPixels) {
    depthwise_tile<kPixels, kVectors>(d, fast, io, line, i, c, {0, d.row.kernel_w});
  }
  if constexpr (kPixels > 1) {
    if (i < end) depthwise_pixels<kPixels / 2, kVectors>(d, fast, io, line, i, end, c);
  }
}

constexpr float kNoPixel[kLanes] = {};

// What depthwise_3x3 has in registers, of kLines output rows.
template <int kLines>
struct Lines3x3 {
  static constexpr int kRows = kLines + 2;
  using Rows = const float* [kRows];
  using Steps = std::int64_t[kRows];  // 0: the row is all padding, and is read from kNoPixel
  using Weights = F32[9];
  using Sums = F32[kLines][3];  // of output i, at i % 3

  // The next column of the input: the third of output number kOut, the second of the next, the
  // first of the one after; kCount of these, the first first.
  template <int kOut, int kCount, class Io>
  MOTE_INLINE static void add(const Io& io, Rows& x, const Steps& step, const Weights& w,
                              Sums& sum) {
    MOTE_UNROLL(16)
    for (int r = 0; r < kRows; ++r) {
      const F32 v = io.load(x[r]);
      x[r] += step[r];
      MOTE_UNROLL(16)
      for (int l = 0; l < kLines; ++l) {
        if (r < l || r > l + 2) continue;
        MOTE_UNROLL(16)
        for (int k = 0; k < kCount; ++k) {
          F32& to = sum[l][(kOut + 2 - k) % 3];
          to = hn::MulAdd(v, w[(r - l) * 3 + k], to);
        }
      }
    }
  }

  template <int kOut, class Io>
  MOTE_INLINE static void finish(const Io& io, const FastEpilogue& fast, const float* bias,
                                 std::int64_t channels, Sums& sum, float* (&y)[kLines]) {
    MOTE_UNROLL(16)
    for (int l = 0; l < kLines; ++l) {
      F32 done[1][1] = {{sum[l][kOut]}};
      fast.apply(done);
      io.store(done[0][0], y[l]);
      y[l] += channels;
      sum[l][kOut] = hn::LoadU(kF32, bias);
    }
  }
};

// 3x3 with stride 1 and one pixel of padding at each side, kLines output rows from `line` on, one
// vector of channels from c on: weights stay in registers, and an element of the input is loaded
// once for all sums that it is part of. A sum runs over the kernel's columns, then its rows.
template <int kLines, class Io>
inline void depthwise_3x3_lines(const DepthwiseF32& d, const FastEpilogue& fast, const Io& io,
                                std::int64_t line, std::int64_t c) {
  using Lines = Lines3x3<kLines>;
  const std::int64_t channels = d.row.channels, pixels = d.row.pixels;
  const float* bias = d.packed + c;
  typename Lines::Rows x;
  typename Lines::Steps step;
  typename Lines::Weights w;
  typename Lines::Sums sum;
  float* y[kLines];
  MOTE_UNROLL(16)
  for (int r = 0; r < Lines::kRows; ++r) {
    const int l = r < kLines ? r : kLines - 1;
    const float* row = d.rows[(line + l) * 3 + (r - l)];
    x[r] = row != nullptr ? row + c : kNoPixel;
    step[r] = row != nullptr ? channels : 0;
  }
  MOTE_UNROLL(16)
  for (int t = 0; t < 9; ++t) w[t] = hn::LoadU(kF32, bias + (1 + t) * whole_vectors(channels));
  MOTE_UNROLL(16)
  for (int l = 0; l < kLines; ++l) {
    y[l] = d.y[line + l] + c;
    MOTE_UNROLL(16)
    for (int k = 0; k < 3; ++k) sum[l][k] = hn::LoadU(kF32, bias);
  }
  Lines::template add<2, 2>(io, x, step, w, sum);
  std::int64_t i = 0;
  for (; i + 3 < pixels; i += 3) {
    Lines::template add<0, 3>(io, x, step, w, sum);
    Lines::template finish<0>(io, fast, bias, channels, sum, y);
    Lines::template add<1, 3>(io, x, step, w, sum);
    Lines::template finish<1>(io, fast, bias, channels, sum, y);
    Lines::template add<2, 3>(io, x, step, w, sum);
    Lines::template finish<2>(io, fast, bias, channels, sum, y);
  }
  if (i + 1 < pixels) Lines::template add<0, 3>(io, x, step, w, sum);
  Lines::template finish<0>(io, fast, bias, channels, sum, y);
  if (i + 2 < pixels) Lines::template add<1, 3>(io, x, step, w, sum);
  if (i + 1 < pixels) Lines::template finish<1>(io, fast, bias, channels, sum, y);
  if (i + 2 < pixels) Lines::template finish<2>(io, fast, bias, channels, sum, y);
}

bool suits_3x3(const DepthwiseF32& d) {
  const DepthwiseRow& g = d.row;
  return g.kernel_h == 3 && g.kernel_w == 3 && g.stride == 1 && g.dilation == 1 && g.left == 1 &&
         g.pixels == g.width && d.epilogue.residual == nullptr;
}

template <class Io>
inline void depthwise_3x3(const DepthwiseF32& d, const FastEpilogue& fast, const Io& io,
                          std::int64_t c) {
  std::int64_t line = 0;
  for (; line + 2 <= d.row.lines; line += 2) {
    depthwise_3x3_lines<2>(d, fast, io, line, c);
  }
  if (line < d.row.lines) depthwise_3x3_lines<1>(d, fast, io, line, c);
}

// All rows, so that those of the input that several output rows read stay in the L1 cache.
template <int kPixels, int kVectors, class Io>
inline void depthwise_channels(const DepthwiseF32& d, const FastEpilogue& fast, const Io& io,
                               std::int64_t c) {
  const Columns inner = inner_pixels(d.row);
  for (std::int64_t line = 0; line < d.row.lines; ++line) {
    for (std::int64_t i = 0; i < inner.first; ++i) {
      depthwise_tile<1, kVectors>(d, fast, io, line, i, c, columns_of(d.row, i));
    }
    depthwise_pixels<kPixels, kVectors>(d, fast, io, line, inner.first, inner.last, c);
    for (std::int64_t i = inner.last; i < d.row.pixels; ++i) {
      depthwise_tile<1, kVectors>(d, fast, io, line, i, c, columns_of(d.row, i));
    }
  }
}

void depthwise_f32(const DepthwiseF32& d) noexcept {
  const FastEpilogue fast(d.epilogue);
  std::int64_t c = 0;
  if (suits_3x3(d)) {
    each_vector(0, d.row.channels,
                [&](auto io, std::int64_t at) { depthwise_3x3(d, fast, io, at); });
    c = d.row.channels;
  }
  for (; c + 2 * kLanes <= d.row.channels; c += 2 * kLanes) {
    depthwise_channels<6, 2>(d, fast, Whole{}, c);
  }
  each_vector(c, d.row.channels,
              [&](auto io, std::int64_t at) { depthwise_channels<6, 1>(d, fast, io, at); });
  for (std::int64_t line = 0; line < d.row.lines; ++line) {
    finish_rows(d.epilogue, d.y[line], d.row.channels, d.row.pixels, d.row.channels);
  }
}

}  // namespace
}  // namespace mote
