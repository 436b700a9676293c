// Depthwise convolution of 8-bit numbers for Arm, which multiplies s16 into s32 in one instruction:
// a tap at a time, up to 16 channels of four pixels. 0.9 instructions for a multiply-accumulate of
// 3x3, 1.1 with stride 2.
#pragma once
#include "kernels/depthwise.inl.h"
#include "kernels/requantize.inl.h"

#if HWY_TARGET == HWY_NEON
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

struct DepthwiseTaps {
  // Packed: a row of biases, one of factors, then a row for each tap, of s16; all padded with zeros
  // to multiples of 8 channels.
  static std::int64_t packed_size(std::int64_t channels, std::int64_t kernel_h,
                                  std::int64_t kernel_w) noexcept {
    return padded(channels) * 2 + padded(channels) / 2 * kernel_h * kernel_w;
  }

  static void pack(const PackQ8& w, std::int64_t, std::int32_t* packed) noexcept {
    const std::int64_t row = padded(w.n);
    auto* to = reinterpret_cast<char*>(packed + 2 * row);
    for (std::int64_t c = 0; c < row; ++c) {
      packed[c] = c < w.n ? w.bias[c] : 0;
      packed[row + c] = c < w.n ? bits_of(w.factor[c]) : 0;
      for (std::int64_t t = 0; t < w.taps; ++t) {
        const std::int16_t weight =
            c < w.n ? w.w[c * w.stride_n + t * w.stride_t] : std::int16_t{0};
        __builtin_memcpy(to + 2 * (t * row + c), &weight, sizeof weight);
      }
    }
  }

  static void run(const DepthwiseQ8& d) noexcept {
    const Requantizer requantizer(d.out);
    if (!suits_window(d.row)) return any_window(d, requantizer);
    for (std::int64_t line = 0; line < d.row.lines; ++line) {
      for (std::int64_t c = 0; c < d.row.channels; c += 8) window_line(d, requantizer, line, c);
    }
  }

 private:
  static void any_window(const DepthwiseQ8& d, const Requantizer& requantizer) {
    constexpr int kPixels = 4;
    const Columns inner = inner_pixels(d.row);
    for (std::int64_t line = 0; line < d.row.lines; ++line) {
      std::int64_t i = 0;
      for (; i < inner.first; ++i) pixels<1>(d, requantizer, line, i);
      for (; i + kPixels <= inner.last; i += kPixels) pixels<kPixels>(d, requantizer, line, i);
      for (; i < d.row.pixels; ++i) pixels<1>(d, requantizer, line, i);
    }
  }

  // All channels of kPixels pixels from i on.
  template <int kPixels>
  static void pixels(const DepthwiseQ8& d, const Requantizer& requantizer, std::int64_t line,
                     std::int64_t i) {
    const TapsQ8 taps(d, line, i);
    const std::int64_t channels = d.row.channels;
    std::uint8_t* y = d.y[line] + i * channels;
    std::int64_t c = 0;
    for (; c + 16 <= channels; c += 16) tile<kPixels>(d, requantizer, taps, y, c, Sixteen{});
    if (c + 8 <= channels) tile<kPixels>(d, requantizer, taps, y, c, Eight{}), c += 8;
    if (c < channels) tile<kPixels>(d, requantizer, taps, y, c, Few{channels - c});
  }

  // 3x3 with stride 1 and one pixel of padding at each side.
  static bool suits_window(const DepthwiseRow& g) {
    return g.kernel_h == 3 && g.kernel_w == 3 && g.stride == 1 && g.dilation == 1 && g.left == 1 &&
           g.pixels == g.width && g.channels % 8 == 0;
  }

  // Of three rows and three columns of the input, eight channels; column i is at i % 3.
  using Window = int16x8_t[3][3];

  // One output row, eight channels from c on: weights stay in registers, and an element is widened
  // once for the three pixels that it is part of.
  MOTE_ALONE static void window_line(const DepthwiseQ8& d, Requantizer requantizer,
                                     std::int64_t line, std::int64_t c) {
    const DepthwiseRow& g = d.row;
    const std::int64_t row = padded(g.channels), pixels = g.pixels, channels = g.channels;
    const auto* packed = reinterpret_cast<const std::int16_t*>(d.packed + 2 * row) + c;
    const uint8x16_t flips = vdupq_n_u8(d.flip);
    int16x8_t w[9], outside[1];
    MOTE_UNROLL(16)
    for (int t = 0; t < 9; ++t) w[t] = vld1q_s16(packed + t * row);
    S32 bias[2];
    F32 factor[2];
    MOTE_UNROLL(16)
    for (int v = 0; v < 2; ++v) {
      bias[v] = hn::LoadU(kS32, d.packed + c + v * kLanes);
      factor[v] = load_factors(d.packed + row + c + v * kLanes);
    }
    Eight().load(d.outside + c, flips, outside);
    const std::uint8_t* at[3];
    std::int64_t step[3];
    Window x;
    MOTE_UNROLL(16)
    for (int r = 0; r < 3; ++r) {
      const std::uint8_t* from = d.rows[line * 3 + r];
      at[r] = from != nullptr ? from + c : d.outside + c;
      step[r] = from != nullptr ? channels : 0;
      x[r][0] = outside[0];  // column -1, counted from 0 here
    }
    std::uint8_t* y = d.y[line] + c;
    const auto load = [&](auto column) {
      MOTE_UNROLL(16)
      for (int r = 0; r < 3; ++r) {
        int16x8_t value[1];
        Eight().load(at[r], flips, value);
        x[r][column.value % 3] = value[0];
        at[r] += step[r];
      }
    };
    const auto finish = [&](auto column) {
      S32 sum[2] = {bias[0], bias[1]};
      MOTE_UNROLL(16)
      for (int t = 0; t < 9; ++t) {
        const int16x8_t value = x[t / 3][(column.value + t % 3) % 3];
        sum[0] = S32(vmlal_s16(sum[0].raw, vget_low_s16(value), vget_low_s16(w[t])));
        sum[1] = S32(vmlal_high_s16(sum[1].raw, value, w[t]));
      }
      requantizer.store(sum, factor, y, 8);
      y += channels;
    };
    const auto leave = [&](auto column) {
      MOTE_UNROLL(16)
      for (int r = 0; r < 3; ++r) x[r][column.value % 3] = outside[0];
    };
    load(Column<1>());
    std::int64_t i = 0;
    for (; i + 3 < pixels; i += 3) {
      load(Column<2>()), finish(Column<0>());
      load(Column<3>()), finish(Column<1>());
      load(Column<4>()), finish(Column<2>());
    }
    const auto last = [&](auto column) {
      const Column<column.value + 2> next;
      if (i + column.value + 1 < pixels) {
        load(next);
      } else {
        leave(next);
      }
      finish(column);
      return i + column.value + 1 == pixels;
    };
    if (last(Column<0>()) || last(Column<1>())) return;
    last(Column<2>());
  }

  template <int kN>
  struct Column {
    static constexpr int value = kN;
  };

  static std::int64_t padded(std::int64_t channels) { return (channels + 7) / 8 * 8; }

  // 16 channels, or up to eight, of u8 as s16.
  struct Sixteen {
    static constexpr int kEights = 2;
    void load(const std::uint8_t* p, uint8x16_t flips, int16x8_t (&x)[kEights]) const {
      const uint8x16_t bytes = veorq_u8(vld1q_u8(p), flips);
      x[0] = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(bytes)));
      x[1] = vreinterpretq_s16_u16(vmovl_high_u8(bytes));
    }
  };
  struct Eight {
    static constexpr int kEights = 1;
    void load(const std::uint8_t* p, uint8x16_t flips, int16x8_t (&x)[kEights]) const {
      x[0] = vreinterpretq_s16_u16(vmovl_u8(veor_u8(vld1_u8(p), vget_low_u8(flips))));
    }
  };
  struct Few {
    static constexpr int kEights = 1;
    std::int64_t n;
    void load(const std::uint8_t* p, uint8x16_t flips, int16x8_t (&x)[kEights]) const {
      std::uint8_t bytes[16] = {};  // copy_few could copy as many
      copy_few(p, bytes, n);
      Eight().load(bytes, flips, x);
    }
  };

  // The channels from c on that io loads.
  template <int kPixels, class Io>
  MOTE_ALONE static void tile(const DepthwiseQ8& d, const Requantizer& requantizer,
                              const TapsQ8& taps, std::uint8_t* y, std::int64_t c, const Io& io) {
    constexpr int kV = 2 * Io::kEights;
    const std::int64_t row = padded(d.row.channels);
    S32 sum[kPixels][kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) {
      const S32 bias = hn::LoadU(kS32, d.packed + c + v * kLanes);
      MOTE_UNROLL(16)
      for (int p = 0; p < kPixels; ++p) sum[p][v] = bias;
    }
    const uint8x16_t flips = vdupq_n_u8(d.flip);
    const auto* w = reinterpret_cast<const std::int16_t*>(d.packed + 2 * row) + c;
    const std::int64_t count = d.row.kernel_h * d.row.kernel_w;
    for (std::int64_t t = 0; t < count; ++t, w += row) {
      const std::uint8_t* x = taps.x[t] + c;
      const std::int64_t step = taps.step[t];
      int16x8_t weights[Io::kEights];
      MOTE_UNROLL(16)
      for (int e = 0; e < Io::kEights; ++e) weights[e] = vld1q_s16(w + 8 * e);
      MOTE_UNROLL(16)
      for (int p = 0; p < kPixels; ++p) {
        int16x8_t values[Io::kEights];
        io.load(x + p * step, flips, values);
        MOTE_UNROLL(16)
        for (int e = 0; e < Io::kEights; ++e) {
          S32& low = sum[p][2 * e];
          S32& high = sum[p][2 * e + 1];
          low = S32(vmlal_s16(low.raw, vget_low_s16(values[e]), vget_low_s16(weights[e])));
          high = S32(vmlal_high_s16(high.raw, values[e], weights[e]));
        }
      }
    }
    F32 factor[kV];
    MOTE_UNROLL(16)
    for (int v = 0; v < kV; ++v) factor[v] = load_factors(d.packed + row + c + v * kLanes);
    MOTE_UNROLL(16)
    for (int p = 0; p < kPixels; ++p) {
      requantizer.store(sum[p], factor, y + p * d.row.channels + c, d.row.channels - c);
    }
  }
};

}  // namespace
}  // namespace mote
#endif
