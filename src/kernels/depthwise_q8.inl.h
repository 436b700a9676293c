// Depthwise convolution of 8-bit numbers. Two taps at a time: a channel's bytes of both lie side by
// side, and one instruction multiplies and adds the pair.
#pragma once
#include "kernels/depthwise.inl.h"
#include "kernels/requantize.inl.h"

namespace mote {
namespace {

// The taps of a tile: of its first pixel, and how far the next one's are. An even number.
struct TapsQ8 {
  const std::uint8_t* x[kMaxDepthwiseTaps + 1];
  std::int64_t step[kMaxDepthwiseTaps + 1];

  TapsQ8(const DepthwiseQ8& d, std::int64_t line, std::int64_t pixel) {
    const DepthwiseRow& g = d.row;
    const std::uint8_t* const* rows = d.rows + line * g.kernel_h;
    const Columns columns = columns_of(g, pixel);
    const std::int64_t at = (pixel * g.stride - g.left) * g.channels;
    std::int64_t t = 0;
    for (std::int64_t row = 0; row < g.kernel_h; ++row) {
      for (std::int64_t k = 0; k < g.kernel_w; ++k, ++t) {
        const bool inside = rows[row] != nullptr && k >= columns.first && k < columns.last;
        x[t] = inside ? rows[row] + at + k * g.dilation * g.channels : d.outside;
        step[t] = inside ? g.stride * g.channels : 0;
      }
    }
    x[t] = d.outside, step[t] = 0;
  }
};

// Form: how weights are packed and multiplied.
template <class Form>
void depthwise_q8(const DepthwiseQ8& d);

#if HWY_TARGET != HWY_NEON  // it has depthwise_taps_q8.inl.h

// The first `count` of kLanes bytes.
inline hn::Vec<TagBytes> load_bytes(const std::uint8_t* p, std::int64_t count) {
  if (count >= kLanes) return hn::LoadU(kBytes, p);
  alignas(64) std::uint8_t buffer[kLanes] = {};
  for (std::int64_t i = 0; i < count; ++i) buffer[i] = p[i];
  return hn::LoadU(kBytes, buffer);
}

// The bytes of a and b, flipped, as pairs of s16.
inline S32 byte_pairs(hn::Vec<TagBytes> a, hn::Vec<TagBytes> b, std::uint8_t flip) {
#if HWY_TARGET == HWY_SCALAR
  const std::int32_t low = hn::GetLane(a) ^ flip, high = hn::GetLane(b) ^ flip;
  return hn::Set(kS32, low | high << 16);
#else
  const hn::Repartition<std::int16_t, TagS32> halves;
  const hn::Twice<TagBytes> twice;
  hn::Vec<hn::Twice<TagBytes> > pairs;
  if constexpr (kLanes <= 8) {
    pairs =
        hn::InterleaveLower(twice, hn::ZeroExtendVector(twice, a), hn::ZeroExtendVector(twice, b));
  } else {
    pairs =
        hn::Combine(twice, hn::InterleaveUpper(kBytes, a, b), hn::InterleaveLower(kBytes, a, b));
  }
  return hn::BitCast(kS32, hn::PromoteTo(halves, hn::Xor(pairs, hn::Set(twice, flip))));
#endif
}

struct DepthwisePairs {
  static void run(const DepthwiseQ8& d) noexcept { depthwise_q8<DepthwisePairs>(d); }

  // Packed: a row of biases, one of factors, then a row for every two taps, the two weights of each
  // channel in one s32; all padded with zeros to whole vectors.
  static std::int64_t packed_size(std::int64_t channels, std::int64_t taps) noexcept {
    return whole_vectors(channels) * ((taps + 1) / 2 + 2);
  }

  static void pack(const PackQ8& w, std::int32_t* packed) noexcept {
    const std::int64_t padded = whole_vectors(w.n);
    for (std::int64_t c = 0; c < padded; ++c) {
      const bool real = c < w.n;
      packed[c] = real ? w.bias[c] : 0;
      packed[padded + c] = real ? bits_of(w.factor[c]) : 0;
      const auto weight = [&](std::int64_t t) {
        const bool there = real && t < w.taps;
        return static_cast<std::uint16_t>(there ? w.w[c * w.stride_n + t * w.stride_t] : 0);
      };
      for (std::int64_t t = 0; t < w.taps; t += 2) {
        packed[(t / 2 + 2) * padded + c] =
            static_cast<std::int32_t>(weight(t) | std::uint32_t{weight(t + 1)} << 16);
      }
    }
  }

  // kPixels pixels from the one at y on, kV vectors of channels from c on; the last may be a part.
  template <int kPixels, int kV>
  static void tile(const DepthwiseQ8& d, const Requantizer& requantizer, const TapsQ8& taps,
                   std::uint8_t* y, std::int64_t c) {
    const std::int64_t padded = whole_vectors(d.row.channels), left = d.row.channels - c;
    const std::int32_t* w = d.packed + c;
    S32 sum[kPixels][kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) {
      const S32 bias = hn::LoadU(kS32, w + v * kLanes);
      MOTE_UNROLL(16)
      for (int p = 0; p < kPixels; ++p) sum[p][v] = bias;
    }
    w += 2 * padded;
    const std::int64_t count = d.row.kernel_h * d.row.kernel_w;
    for (std::int64_t t = 0; t < count; t += 2, w += padded) {
      const std::uint8_t *a = taps.x[t] + c, *b = taps.x[t + 1] + c;
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) {
        const S32 weight = hn::LoadU(kS32, w + v * kLanes);
        MOTE_UNROLL(16)
        for (int p = 0; p < kPixels; ++p) {
          const std::int64_t at = v * kLanes;
          const S32 x = byte_pairs(load_bytes(a + p * taps.step[t] + at, left - at),
                                   load_bytes(b + p * taps.step[t + 1] + at, left - at), d.flip);
          sum[p][v] = add_pairs(sum[p][v], x, weight);
        }
      }
    }
    F32 factor[kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) factor[v] = load_factors(d.packed + padded + c + v * kLanes);
    MOTE_UNROLL(16)
    for (int p = 0; p < kPixels; ++p) {
      requantizer.store(sum[p], factor, y + p * d.row.channels + c, left);
    }
  }

  // All channels of kPixels pixels from the one at y on.
  template <int kPixels>
  static void pixels(const DepthwiseQ8& d, const Requantizer& requantizer, const TapsQ8& taps,
                     std::uint8_t* y) {
    std::int64_t c = 0;
    for (; c + 2 * kLanes <= d.row.channels; c += 2 * kLanes) {
      tile<kPixels, 2>(d, requantizer, taps, y, c);
    }
    for (; c < d.row.channels; c += kLanes) tile<kPixels, 1>(d, requantizer, taps, y, c);
  }
};

#endif

template <int kPixels, class Form>
inline void depthwise_pixels(const DepthwiseQ8& d, const Requantizer& requantizer,
                             std::int64_t line, std::int64_t i) {
  const TapsQ8 taps(d, line, i);
  Form::template pixels<kPixels>(d, requantizer, taps, d.y[line] + i * d.row.channels);
}

template <class Form>
void depthwise_q8(const DepthwiseQ8& d) {
  constexpr int kPixels = 4;
  const Requantizer requantizer(d.out);
  const Columns inner = inner_pixels(d.row);
  for (std::int64_t line = 0; line < d.row.lines; ++line) {
    std::int64_t i = 0;
    for (; i < inner.first; ++i) depthwise_pixels<1, Form>(d, requantizer, line, i);
    for (; i + kPixels <= inner.last; i += kPixels) {
      depthwise_pixels<kPixels, Form>(d, requantizer, line, i);
    }
    for (; i < d.row.pixels; ++i) depthwise_pixels<1, Form>(d, requantizer, line, i);
  }
}

}  // namespace
}  // namespace mote
