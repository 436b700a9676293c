// Depthwise convolution of 8-bit numbers for x86. What a row of the output, or two, reads becomes
// pairs of s16 first, column by column of the input: of each channel the elements of two rows,
// which one instruction multiplies and adds. The kernel's columns then share them.
// AVX2 on Zen 3: 14 to 18 GMAC/s for 3x3, 23 to 30 for 5x5; with stride 2, 9 to 11 and 18.
#pragma once
#include "kernels/depthwise.inl.h"
#include "kernels/requantize.inl.h"

#if HWY_TARGET != HWY_NEON  // it has depthwise_taps_q8.inl.h
namespace mote {
namespace {

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
  // Packed: a row of biases, one of factors, then for every two rows of the kernel a row for each
  // of its columns, the two weights of each channel in one s32. Where the kernel's rows are odd,
  // the same again for the row of the output below, which finds its rows one further down. All
  // padded with zeros to whole vectors.
  static std::int64_t packed_size(std::int64_t channels, std::int64_t kernel_h,
                                  std::int64_t kernel_w) noexcept {
    return whole_vectors(channels) * (2 + (kernel_h % 2 + 1) * pairs(kernel_h) * kernel_w);
  }

  static void pack(const PackQ8& w, std::int64_t kernel_w, std::int32_t* packed) noexcept {
    const std::int64_t padded = whole_vectors(w.n), kernel_h = w.taps / kernel_w;
    for (std::int64_t c = 0; c < padded; ++c) {
      const bool real = c < w.n;
      packed[c] = real ? w.bias[c] : 0;
      packed[padded + c] = real ? bits_of(w.factor[c]) : 0;
      const auto weight = [&](std::int64_t row, std::int64_t k) {
        const bool there = real && row >= 0 && row < kernel_h;
        const std::int64_t t = row * kernel_w + k;
        return static_cast<std::uint16_t>(there ? w.w[c * w.stride_n + t * w.stride_t] : 0);
      };
      std::int32_t* to = packed + 2 * padded + c;
      for (std::int64_t below = 0; below <= kernel_h % 2; ++below) {
        for (std::int64_t row = -below; row + below < kernel_h; row += 2) {
          for (std::int64_t k = 0; k < kernel_w; ++k, to += padded) {
            *to =
                static_cast<std::int32_t>(weight(row, k) | std::uint32_t{weight(row + 1, k)} << 16);
          }
        }
      }
    }
  }

  static void run(const DepthwiseQ8& d) noexcept {
    const Requantizer requantizer(d.out);
    for (std::int64_t line = 0; line < d.row.lines;) {
      const std::int64_t lines = share_rows(d, line) ? 2 : 1;
      const Pass pass(d, requantizer, line, lines);
      std::int64_t c = 0;
      for (; c + 2 * kLanes <= d.row.channels; c += 2 * kLanes) pass.channels<2>(c);
      // Vectors may overlap: the same sums again are cheaper than a part of one.
      for (; c < d.row.channels; c += kLanes) {
        const std::int64_t whole = d.row.channels - kLanes;
        pass.channels<1>(whole < 0 ? 0 : c < whole ? c : whole);
      }
      line += lines;
    }
  }

 private:
  static std::int64_t pairs(std::int64_t kernel_h) { return (kernel_h + 1) / 2; }

  // Whether the output row below reads the rows of this one and one more.
  static bool share_rows(const DepthwiseQ8& d, std::int64_t line) {
    const std::int64_t n = d.row.kernel_h;
    if (n % 2 == 0 || line + 1 >= d.row.lines) return false;
    const std::uint8_t* const* rows = d.rows + line * n;
    for (std::int64_t r = 1; r < n; ++r) {
      if (rows[r] != rows[n + r - 1]) return false;
    }
    return true;
  }

  // Of the input: columns [first, first + count * step), every step-th.
  struct Span {
    std::int64_t first, step, count;
  };

  // Rows [line, line + lines) of the output, and what they read.
  class Pass {
   public:
    Pass(const DepthwiseQ8& d, const Requantizer& requantizer, std::int64_t line,
         std::int64_t lines)
        : d_(d),
          requantizer_(requantizer),
          line_(line),
          lines_(lines),
          pairs_(pairs(d.row.kernel_h)),
          padded_(whole_vectors(d.row.channels)) {
      const std::int64_t n = d.row.kernel_h;
      for (std::int64_t r = 0; r < n; ++r) rows_[r] = d.rows[line * n + r];
      rows_[n] = lines == 2 ? d.rows[(line + 1) * n + n - 1] : nullptr;
    }

    // kV vectors of channels from c on.
    template <int kV>
    void channels(std::int64_t c) const {
      alignas(64) std::int32_t block[kMost];
      const DepthwiseRow& g = d_.row;
      const std::int64_t column = pairs_ * kV * kLanes, window = (g.kernel_w - 1) * g.dilation + 1;
      const std::int64_t few = window + (kPixels - 1) * g.stride;
      const std::int64_t wanted = kFits / column > few ? kFits / column : few;
      if (wanted * column > kMost) return pixel_by_pixel<kV>(c, block);
      const std::int64_t pixels = (wanted - window) / g.stride + 1;
      for (std::int64_t i = 0; i < g.pixels; i += pixels) {
        const std::int64_t n = g.pixels - i < pixels ? g.pixels - i : pixels;
        fill<kV>({i * g.stride - g.left, 1, (n - 1) * g.stride + window}, c, block);
        for (std::int64_t l = 0; l < lines_; ++l) {
          sums<kV>(block, g.stride * column, g.dilation * column, l, i, n, c);
        }
      }
    }

   private:
    static constexpr int kPixels = 4;                 // of a tile
    static constexpr std::int64_t kMost = 1 << 14;    // s32 of a block: 64 KiB
    static constexpr std::int64_t kFits = kMost / 4;  // in the L1 cache, beside others

    // Of windows so wide, or so far apart, that a block holds few of them.
    template <int kV>
    void pixel_by_pixel(std::int64_t c, std::int32_t* block) const {
      const DepthwiseRow& g = d_.row;
      const std::int64_t column = pairs_ * kLanes;
      for (int v = 0; v < kV; ++v, c += kLanes) {
        for (std::int64_t i = 0; i < g.pixels; ++i) {
          fill<1>({i * g.stride - g.left, g.dilation, g.kernel_w}, c, block);
          for (std::int64_t l = 0; l < lines_; ++l) sums<1>(block, 0, column, l, i, 1, c);
        }
      }
    }

    template <int kV>
    void fill(const Span& span, std::int64_t c, std::int32_t* block) const {
      const std::int64_t column = pairs_ * kV * kLanes;
      // The first that is inside, and the first behind them.
      std::int64_t begin = span.first >= 0 ? 0 : (span.step - 1 - span.first) / span.step;
      const std::int64_t inside = d_.row.width - span.first;
      std::int64_t end = inside <= 0 ? 0 : (inside - 1) / span.step + 1;
      end = end < span.count ? end : span.count;
      begin = begin < end ? begin : end;
      const std::uint8_t* outside = d_.outside + c;
      for (std::int64_t p = 0; p < pairs_; ++p, block += kV * kLanes) {
        const std::uint8_t *a = rows_[2 * p], *b = rows_[2 * p + 1];
        const std::int64_t at = (span.first + begin * span.step) * d_.row.channels + c;
        const std::int64_t step = span.step * d_.row.channels;
        fill_columns<kV>(outside, 0, outside, 0, begin, column, block);
        fill_columns<kV>(a != nullptr ? a + at : outside, a != nullptr ? step : 0,
                         b != nullptr ? b + at : outside, b != nullptr ? step : 0, end - begin,
                         column, block + begin * column);
        fill_columns<kV>(outside, 0, outside, 0, span.count - end, column, block + end * column);
      }
    }

    template <int kV>
    void fill_columns(const std::uint8_t* a, std::int64_t step_a, const std::uint8_t* b,
                      std::int64_t step_b, std::int64_t count, std::int64_t column,
                      std::int32_t* to) const {
      if (d_.row.channels < kLanes) return fill_few(a, step_a, b, step_b, count, column, to);
      const std::uint8_t flip = d_.flip;
      for (; count > 0; --count, a += step_a, b += step_b, to += column) {
        MOTE_UNROLL(16)
        for (int v = 0; v < kV; ++v) {
          const auto first = hn::LoadU(kBytes, a + v * kLanes);
          const auto second = hn::LoadU(kBytes, b + v * kLanes);
          hn::Store(byte_pairs(first, second, flip), kS32, to + v * kLanes);
        }
      }
    }

    // Of less than a vector of channels.
    void fill_few(const std::uint8_t* a, std::int64_t step_a, const std::uint8_t* b,
                  std::int64_t step_b, std::int64_t count, std::int64_t column,
                  std::int32_t* to) const {
      alignas(64) std::uint8_t bytes[2][kLanes] = {};
      for (; count > 0; --count, a += step_a, b += step_b, to += column) {
        for (std::int64_t c = 0; c < d_.row.channels; ++c) bytes[0][c] = a[c], bytes[1][c] = b[c];
        hn::Store(byte_pairs(hn::Load(kBytes, bytes[0]), hn::Load(kBytes, bytes[1]), d_.flip), kS32,
                  to);
      }
    }

    // Pixels [i, i + n) of row l of the pass; the first one's window is at x, `pixel` s32 before
    // the next one's, its columns `column` aspan.
    template <int kV>
    void sums(const std::int32_t* x, std::int64_t pixel, std::int64_t column, std::int64_t l,
              std::int64_t i, std::int64_t n, std::int64_t c) const {
      std::uint8_t* y = d_.y[line_ + l] + i * d_.row.channels + c;
      std::int64_t p = 0;
      if (n >= kPixels) {
        for (; p < n; p += kPixels) {
          const std::int64_t at = p < n - kPixels ? p : n - kPixels;
          tile<kPixels, kV>(x + at * pixel, pixel, column, l, c, y + at * d_.row.channels);
        }
      }
      for (; p < n; ++p) tile<1, kV>(x + p * pixel, pixel, column, l, c, y + p * d_.row.channels);
    }

    template <int kP, int kV>
    MOTE_ALONE void tile(const std::int32_t* x, std::int64_t pixel, std::int64_t column,
                         std::int64_t l, std::int64_t c, std::uint8_t* y) const {
      const std::int64_t kernel_w = d_.row.kernel_w;
      const std::int32_t* w = d_.packed + c;
      S32 sum[kP][kV];
      F32 factor[kV];
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) {
        const S32 bias = hn::LoadU(kS32, w + v * kLanes);
        MOTE_UNROLL(16)
        for (int p = 0; p < kP; ++p) sum[p][v] = bias;
      }
      w += (2 + l * pairs_ * kernel_w) * padded_;
      for (std::int64_t r = 0; r < pairs_; ++r, x += kV * kLanes) {
        const std::int32_t* from = x;
        for (std::int64_t k = 0; k < kernel_w; ++k, w += padded_, from += column) {
          S32 weight[kV];
          MOTE_UNROLL(16)
          for (int v = 0; v < kV; ++v) weight[v] = hn::LoadU(kS32, w + v * kLanes);
          MOTE_UNROLL(16)
          for (int p = 0; p < kP; ++p) {
            MOTE_UNROLL(16)
            for (int v = 0; v < kV; ++v) {
              sum[p][v] =
                  add_pairs(sum[p][v], hn::Load(kS32, from + p * pixel + v * kLanes), weight[v]);
            }
          }
        }
      }
      MOTE_UNROLL(16)
      for (int v = 0; v < kV; ++v) factor[v] = load_factors(d_.packed + padded_ + c + v * kLanes);
      MOTE_UNROLL(16)
      for (int p = 0; p < kP; ++p) {
        requantizer_.store(sum[p], factor, y + p * d_.row.channels, d_.row.channels - c);
      }
    }

    const DepthwiseQ8& d_;
    const Requantizer& requantizer_;
    std::int64_t line_, lines_, pairs_, padded_;
    const std::uint8_t* rows_[kMaxDepthwiseTaps + 1];
  };
};

}  // namespace
}  // namespace mote
#endif
