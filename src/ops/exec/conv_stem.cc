#include <algorithm>

#include "base/result.h"
#include "ops/exec/conv_steps.h"

namespace mote {
namespace {

// Pixels whose pointers, and rows that are copied for them, are made at once.
constexpr std::int64_t kStemPixels = 64;
constexpr std::int64_t kStemTaps = 16;

// A row of the kernel below an output pixel is one stretch of the input: each is one tap of a
// product. Stretches that reach over the image's sides are copied out.
class StemStep final : public RowConvStep {
 public:
  using RowConvStep::RowConvStep;

  std::string_view kernel() const override { return "indirect_gemm_f32 (rows)"; }

  Status run(const RunArgs& args) const override {
    run_by_rows(*this, kMacs / std::max<std::int64_t>(row_macs(), 1), args);
    return {};
  }

  void run_rows(const RowArgs& args) const override {
    const Window& w = g_.window;
    for (std::int64_t y = args.rows.begin; y < args.rows.end; ++y) {
      for (std::int64_t x = 0; x < w.out[1]; x += kStemPixels) {
        run_pixels(args, y, x, std::min(kStemPixels, w.out[1] - x));
      }
    }
  }

 private:
  static constexpr std::int64_t kMacs = 1 << 18;

  std::int64_t row_macs() const { return g_.window.out[1] * g_.taps() * g_.channels * g_.filters; }

  // Output pixels [x, x + count) of row y.
  void run_pixels(const RowArgs& args, std::int64_t y, std::int64_t x, std::int64_t count) const {
    alignas(64) float copies[kStemFloats];
    const float* rows[kStemPixels * kStemTaps];
    const std::int64_t taps = g_.window.kernel[0];
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      float* copy = copies + tap * kStemFloats / taps;
      const std::int64_t at =
          y * g_.window.stride[0] - g_.window.begin[0] + tap * g_.window.dilation[0];
      const bool inside = at >= 0 && at < g_.window.in[0];
      fill(inside ? args.in.row<const float>(at) : nullptr, x, count, rows + tap, copy);
    }
    const std::int64_t element = elements_before(args.image, y) + x * g_.filters;
    kernels_.indirect_gemm_f32({count, g_.filters, g_.window.kernel[1] * g_.channels, taps, rows,
                                packed(), args.out.row<float>(y) + x * g_.filters, g_.filters,
                                epilogue(args.operands, element)});
  }

  // One tap of output pixels [x, x + count), every taps-th of `rows`. line: the input's row, null
  // outside of it. Stretches that are not within it are built at `copy`.
  void fill(const float* line, std::int64_t x, std::int64_t count, const float** rows,
            float* copy) const {
    const Window& w = g_.window;
    const std::int64_t taps = w.kernel[0], c = g_.channels, size = w.kernel[1] * c;
    if (line == nullptr) {
      std::fill(copy, copy + size, 0.0F);
      for (std::int64_t i = 0; i < count; ++i) rows[i * taps] = copy;
      return;
    }
    std::int64_t left = x * w.stride[1] - w.begin[1];
    for (std::int64_t i = 0; i < count; ++i, left += w.stride[1]) {
      if (left >= 0 && left + w.kernel[1] <= w.in[1]) {
        rows[i * taps] = line + left * c;
        continue;
      }
      const std::int64_t first = std::clamp<std::int64_t>(-left, 0, w.kernel[1]);
      const std::int64_t last = std::clamp<std::int64_t>(w.in[1] - left, first, w.kernel[1]);
      std::fill(copy, copy + size, 0.0F);
      if (last > first)
        std::copy(line + (left + first) * c, line + (left + last) * c, copy + first * c);
      rows[i * taps] = copy;
      copy += size;
    }
  }
};

}  // namespace

bool suits_stem(const ConvGeometry& g) {
  const Window& w = g.window;
  constexpr std::int64_t kStemChannels = 8;
  const std::int64_t size = w.kernel[1] * g.channels;
  return g.group == 1 && g.channels <= kStemChannels && w.kernel[1] > 1 && w.dilation[1] == 1 &&
         w.kernel[0] <= kStemTaps && w.kernel[0] * kStemPixels * size <= kStemFloats;
}

ConvStepResult make_stem_step(const KernelTable& kernels, const ConvGeometry& g,
                              const EpilogueActivation& activation, Tensor packed) {
  return std::make_unique<StemStep>(kernels, g, activation, std::move(packed));
}

}  // namespace mote
