#include "ops/quantize/qlinear_pool_step.h"

#include <algorithm>
#include <cmath>

#include "kernels/table.h"
#include "ops/exec/image.h"
#include "ops/quantize/quantized.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

constexpr std::int64_t kGrain = 1 << 16;     // elements read: ~5 us
constexpr std::int64_t kMostTaps = 1 << 22;  // whose sums 32 bits hold

struct Scales {
  Affine x, y;

  float factor(std::int64_t count) const {
    return mean_factor(x.scale, y.scale, std::max<std::int64_t>(count, 1));
  }
};

// nullopt: not constants, or factors that are not finite: those of one element are the greatest.
std::optional<Scales> scales_of(const PrepareArgs& args) {
  const auto x = constant_affine(args, 1, 2);
  const auto y = constant_affine(args, 3, 4);
  if (!x || !y) return std::nullopt;
  const Scales s{*x, *y};
  return std::isfinite(s.factor(1)) ? std::optional(s) : std::nullopt;
}

MeanQ8 mean_of(DType dtype, const Scales& s, std::int64_t taps) {
  const std::uint8_t flip = flip_of(dtype);
  const IntegerRange range = range_of(dtype);
  return {flip,
          static_cast<std::int32_t>(-taps * (s.x.zero_point + flip)),
          {s.y.zero_point, range.low, range.high}};
}

class GlobalStep final : public Step {
 public:
  GlobalStep(const KernelTable& kernels, const Dims& x, const MeanQ8& mean, float factor)
      : kernels_(kernels),
        images_(x[0]),
        pixels_(x.count(1, x.rank() - 1)),
        channels_(x[x.rank() - 1]),
        mean_(mean),
        factor_(factor) {}

  bool reads(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "mean_columns_q8"; }

  // Pieces of at least a cache line of channels of one image.
  Status run(const RunArgs& args) const override {
    const std::int64_t width = std::max<std::int64_t>(kGrain / pixels_ / 64, 1) * 64;
    const std::int64_t pieces = (channels_ + width - 1) / width;
    args.workers.for_each_range(images_ * pieces, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t c = i % pieces * width, image = i / pieces;
        kernels_.mean_columns_q8(mean_, factor_,
                                 args.in[0].as<std::uint8_t>() + image * pixels_ * channels_ + c,
                                 channels_, args.out[0].as<std::uint8_t>() + image * channels_ + c,
                                 pixels_, std::min(width, channels_ - c));
      }
    });
    return {};
  }

 private:
  const KernelTable& kernels_;
  std::int64_t images_, pixels_, channels_;
  MeanQ8 mean_;
  float factor_;
};

class WindowStep final : public Step {
 public:
  WindowStep(const KernelTable& kernels, const QPoolParams& p, const Window& window, const Dims& x,
             DType dtype, const Scales& scales, Tensor outside)
      : kernels_(kernels),
        count_include_pad_(p.count_include_pad),
        window_(window),
        table_(window, x[3]),
        pixels_(x[0] * window.out.count()),
        channels_(x[3]),
        scales_(scales),
        mean_(mean_of(dtype, scales, table_.taps())),
        outside_(std::move(outside)) {}

  std::size_t packed_bytes() const override { return outside_.bytes() + table_.bytes(); }
  bool reads(int input) const override { return input == 0; }
  std::string_view kernel() const override { return "average_pool_q8"; }

  Status run(const RunArgs& args) const override {
    const std::int64_t most = std::max<std::int64_t>(kGrain / (table_.taps() * channels_), 1);
    const std::int64_t grain = std::min({most, kMaxRows / table_.taps(), kMaxPixels});
    args.workers.for_each_range(pixels_, grain, [&](std::int64_t begin, std::int64_t end) {
      const std::uint8_t* rows[kMaxRows];
      float factor[kMaxPixels];
      const auto* outside = static_cast<const std::uint8_t*>(outside_.data());
      table_.fill(args.in[0].as<std::uint8_t>(), outside, begin, end - begin, rows);
      for (std::int64_t i = begin; i < end; ++i) factor[i - begin] = factor_of(i);
      kernels_.average_pool_q8({end - begin, channels_, table_.taps(), rows, mean_, factor,
                                args.out[0].as<std::uint8_t>() + begin * channels_, channels_});
    });
    return {};
  }

 private:
  static constexpr std::int64_t kMaxPixels = 512;

  float factor_of(std::int64_t pixel) const {
    const Dims at{pixel / window_.out[1] % window_.out[0], pixel % window_.out[1]};
    if (count_include_pad_) return scales_.factor(padded_taps(window_, at));
    std::int64_t taps = 1;
    for (int d = 0; d < window_.rank(); ++d) {
      const TapRange inside = taps_inside(window_, at, d);
      taps *= std::max<std::int64_t>(inside.last - inside.first, 0);
    }
    return scales_.factor(taps);
  }

  const KernelTable& kernels_;
  bool count_include_pad_;
  Window window_;
  TapTable table_;
  std::int64_t pixels_, channels_;
  Scales scales_;
  MeanQ8 mean_;
  Tensor outside_;  // a pixel of zero points: what it adds, the bias takes away
};

}  // namespace

Result<std::unique_ptr<Step>> prepare_qlinear_pool(const PrepareArgs& args) {
  const auto& p = args.params<QPoolParams>();
  const Dims x = args.in_dims(0);
  const auto scales = scales_of(args);
  if (!p.channels_last || x.rank() != 4 || x.count() == 0 || !scales) {
    return std::unique_ptr<Step>();
  }
  MOTE_ASSIGN(const Window w, image_window(p.window, x, p.window.kernel_shape));
  if (w.out.count() == 0 || w.kernel.count() > kMaxRows) return std::unique_ptr<Step>();
  if (!has_kernels<Kernel::average_pool_q8>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  const DType dtype = args.in_dtype(0);
  MOTE_ASSIGN(Tensor outside, Tensor::zeros(dtype, {x[3]}));
  std::fill_n(outside.mut().as<std::uint8_t>(), x[3],
              static_cast<std::uint8_t>(scales->x.zero_point));
  return std::make_unique<WindowStep>(args.kernels, p, w, x, dtype, *scales, std::move(outside));
}

Result<std::unique_ptr<Step>> prepare_qlinear_global_pool(const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  const auto scales = scales_of(args);
  if (!args.params<QPoolParams>().channels_last || x.count() == 0 || !scales) {
    return std::unique_ptr<Step>();
  }
  const std::int64_t pixels = x.count(1, x.rank() - 1);
  if (pixels > kMostTaps) return std::unique_ptr<Step>();
  if (!has_kernels<Kernel::mean_columns_q8>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<GlobalStep>(args.kernels, x, mean_of(args.in_dtype(0), *scales, pixels),
                                      scales->factor(pixels));
}

}  // namespace mote
