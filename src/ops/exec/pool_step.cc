#include "ops/exec/pool_step.h"

#include <algorithm>
#include <limits>

#include "base/result.h"
#include "kernels/table.h"

namespace mote {
namespace {

constexpr std::int64_t kGrain = 1 << 15;  // elements read: ~10 us

class PoolStep final : public Step {
 public:
  PoolStep(const KernelTable& kernels, const ImagePoolParams& p, PoolKind kind,
           const Window& window, const Dims& x, Tensor outside)
      : kernels_(kernels),
        count_include_pad_(p.count_include_pad),
        kind_(kind),
        window_(window),
        table_(window, x[3]),
        pixels_(x[0] * window.out.count()),
        channels_(x[3]),
        outside_(std::move(outside)) {}

  std::size_t packed_bytes() const override { return outside_.bytes() + table_.bytes(); }
  std::string_view kernel() const override {
    return kind_ == PoolKind::kMax ? "max_pool_f32" : "average_pool_f32";
  }

  Status run(const RunArgs& args) const override {
    const std::int64_t most = std::max<std::int64_t>(kGrain / (table_.taps() * channels_), 1);
    const std::int64_t grain = std::min(most, kMaxRows / table_.taps());
    args.workers.for_each_range(pixels_, grain, [&](std::int64_t begin, std::int64_t end) {
      run_range(args, begin, end - begin);
    });
    return {};
  }

 private:
  void run_range(const RunArgs& args, std::int64_t first, std::int64_t count) const {
    const float* rows[kMaxRows];
    float scale[kMaxRows];
    table_.fill(args.in[0].as<float>(), static_cast<const float*>(outside_.data()), first, count,
                rows);
    const PoolF32 pool{count,    channels_, table_.taps(),
                       rows,     scale,     args.out[0].as<float>() + first * channels_,
                       channels_};
    if (kind_ == PoolKind::kMax) {
      kernels_.max_pool_f32(pool);
      return;
    }
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t pixel = first + i;
      const Dims at{pixel / window_.out[1] % window_.out[0], pixel % window_.out[1]};
      scale[i] = static_cast<float>(average_scale(window_, at, count_include_pad_));
    }
    kernels_.average_pool_f32(pool);
  }

  const KernelTable& kernels_;
  bool count_include_pad_;
  PoolKind kind_;
  Window window_;
  TapTable table_;
  std::int64_t pixels_, channels_;
  Tensor outside_;  // a pixel that changes nothing
};

class GlobalAverageStep final : public Step {
 public:
  GlobalAverageStep(const KernelTable& kernels, const Dims& x)
      : kernels_(kernels), images_(x[0]), pixels_(x[1] * x[2]), channels_(x[3]) {}

  std::string_view kernel() const override { return "sum_columns_f32"; }

  // Pieces of at least a cache line of channels of one image.
  Status run(const RunArgs& args) const override {
    const std::int64_t width = std::max<std::int64_t>(kGrain / pixels_ / 16, 1) * 16;
    const std::int64_t pieces = (channels_ + width - 1) / width;
    const float scale = 1.0F / static_cast<float>(pixels_);
    args.workers.for_each_range(images_ * pieces, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t c = i % pieces * width;
        const float* x = args.in[0].as<float>() + i / pieces * pixels_ * channels_ + c;
        float* y = args.out[0].as<float>() + i / pieces * channels_ + c;
        kernels_.sum_columns_f32(x, channels_, y, pixels_, std::min(width, channels_ - c), scale);
      }
    });
    return {};
  }

 private:
  const KernelTable& kernels_;
  std::int64_t images_, pixels_, channels_;
};

}  // namespace

double average_scale(const Window& w, const Dims& at, bool count_include_pad) {
  std::int64_t taps = 1;
  for (int d = 0; d < w.rank(); ++d) {
    const TapRange inside = taps_inside(w, at, d);
    taps *= std::max<std::int64_t>(inside.last - inside.first, 0);
  }
  if (count_include_pad) taps = padded_taps(w, at);
  return taps > 0 ? 1.0 / static_cast<double>(taps) : 0.0;
}

Result<std::unique_ptr<Step>> prepare_pool(const ImagePoolParams& p, PoolKind kind,
                                           const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  MOTE_ASSIGN(const Window w, image_window(p.window, x, p.window.kernel_shape));
  if (x.count() == 0 || w.out.count() == 0 || w.kernel.count() > kMaxRows) {
    return std::unique_ptr<Step>();
  }
  MOTE_ASSIGN(Tensor outside, Tensor::zeros(DType::kF32, {x[3]}));
  if (kind == PoolKind::kMax) {
    std::fill_n(outside.mut().as<float>(), x[3], -std::numeric_limits<float>::infinity());
  }
  return std::make_unique<PoolStep>(args.kernels, p, kind, w, x, std::move(outside));
}

Result<std::unique_ptr<Step>> prepare_global_average(const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  if (x.count() == 0) return std::unique_ptr<Step>();
  return std::make_unique<GlobalAverageStep>(args.kernels, x);
}

}  // namespace mote
