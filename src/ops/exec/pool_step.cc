#include "ops/exec/pool_step.h"

#include <algorithm>
#include <limits>

#include "base/result.h"
#include "kernels/table.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

constexpr std::int64_t kGrain = 1 << 15;  // elements read: ~10 us

// A window over channels-last images.
class PoolPass {
 public:
  PoolPass(const KernelTable& kernels, PoolKind kind, bool count_include_pad, const Window& window,
           std::int64_t images, std::int64_t channels)
      : kernels_(kernels),
        kind_(kind),
        count_include_pad_(count_include_pad),
        window_(window),
        table_(window, channels),
        pixels_(images * window.out.count()),
        channels_(channels) {}

  std::size_t bytes() const { return table_.bytes(); }
  std::int64_t floats() const { return pixels_ * channels_; }

  // outside: a pixel that changes nothing. y: floats().
  void run(const float* x, const float* outside, float* y, Workers& workers) const {
    const std::int64_t most = std::max<std::int64_t>(kGrain / (table_.taps() * channels_), 1);
    const std::int64_t grain = std::min(most, kMaxRows / table_.taps());
    workers.for_each_range(pixels_, grain, [&](std::int64_t begin, std::int64_t end) {
      run_range(x, outside, y + begin * channels_, begin, end - begin);
    });
  }

 private:
  void run_range(const float* x, const float* outside, float* y, std::int64_t first,
                 std::int64_t count) const {
    const float* rows[kMaxRows];
    float scale[kMaxRows];
    table_.fill(x, outside, first, count, rows);
    const PoolF32 pool{count, channels_, table_.taps(), rows, scale, y, channels_};
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
  PoolKind kind_;
  bool count_include_pad_;
  Window window_;
  TapTable table_;
  std::int64_t pixels_, channels_;
};

class PoolStep final : public Step {
 public:
  PoolStep(PoolPass pass, PoolKind kind, Tensor outside)
      : pass_(std::move(pass)), kind_(kind), outside_(std::move(outside)) {}

  std::size_t packed_bytes() const override { return outside_.bytes() + pass_.bytes(); }
  std::string_view kernel() const override {
    return kind_ == PoolKind::kMax ? "max_pool_f32" : "average_pool_f32";
  }

  Status run(const RunArgs& args) const override {
    pass_.run(args.in[0].as<float>(), static_cast<const float*>(outside_.data()),
              args.out[0].as<float>(), args.workers);
    return {};
  }

 private:
  PoolPass pass_;
  PoolKind kind_;
  Tensor outside_;
};

// The greatest of a large window: along rows first, then along columns of what that gave.
class MaxOfRowsStep final : public Step {
 public:
  MaxOfRowsStep(PoolPass rows, PoolPass columns, Tensor outside)
      : rows_(std::move(rows)), columns_(std::move(columns)), outside_(std::move(outside)) {}

  std::size_t packed_bytes() const override {
    return outside_.bytes() + rows_.bytes() + columns_.bytes();
  }
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(rows_.floats()) * sizeof(float);
  }
  std::string_view kernel() const override { return "max_pool_f32 (rows, columns)"; }

  Status run(const RunArgs& args) const override {
    const auto* outside = static_cast<const float*>(outside_.data());
    auto* scratch = reinterpret_cast<float*>(args.scratch);
    rows_.run(args.in[0].as<float>(), outside, scratch, args.workers);
    columns_.run(scratch, outside, args.out[0].as<float>(), args.workers);
    return {};
  }

 private:
  PoolPass rows_, columns_;
  Tensor outside_;
};

// Two passes read a pixel kernel_h + kernel_w times, and write and read one between.
bool suits_two_passes(const Window& w) {
  const std::int64_t rows = w.in[0] * w.kernel[1], columns = w.out[0] * w.kernel[0];
  return 2 * (rows + columns) < w.out[0] * w.kernel.count();
}

Window along_rows(Window w) {
  w.kernel[0] = w.stride[0] = w.dilation[0] = 1;
  w.begin[0] = w.end[0] = 0;
  w.out[0] = w.in[0];
  return w;
}

Window along_columns(Window w) {
  w.kernel[1] = w.stride[1] = w.dilation[1] = 1;
  w.begin[1] = w.end[1] = 0;
  w.in[1] = w.out[1];
  return w;
}

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
  if (!(kind == PoolKind::kMax ? has_kernels<Kernel::max_pool_f32>(args.kernels)
                               : has_kernels<Kernel::average_pool_f32>(args.kernels))) {
    return std::unique_ptr<Step>();
  }
  MOTE_ASSIGN(Tensor outside, Tensor::zeros(DType::kF32, {x[3]}));
  if (kind == PoolKind::kMax) {
    std::fill_n(outside.mut().as<float>(), x[3], -std::numeric_limits<float>::infinity());
  }
  const auto pass = [&](const Window& window) {
    return PoolPass(args.kernels, kind, p.count_include_pad, window, x[0], x[3]);
  };
  if (kind == PoolKind::kMax && suits_two_passes(w)) {
    return std::make_unique<MaxOfRowsStep>(pass(along_rows(w)), pass(along_columns(w)),
                                           std::move(outside));
  }
  return std::make_unique<PoolStep>(pass(w), kind, std::move(outside));
}

Result<std::unique_ptr<Step>> prepare_global_average(const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  if (x.count() == 0) return std::unique_ptr<Step>();
  if (!has_kernels<Kernel::sum_columns_f32>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  return std::make_unique<GlobalAverageStep>(args.kernels, x);
}

}  // namespace mote
