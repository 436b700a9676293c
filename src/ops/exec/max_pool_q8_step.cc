#include <algorithm>

#include "kernels/table.h"
#include "ops/exec/pool_step.h"
#include "ops/quantize/quantized.h"
#include "ops/support/has_kernels.h"

namespace mote {
namespace {

class MaxPoolQ8Step final : public Step {
 public:
  MaxPoolQ8Step(const KernelTable& kernels, const Window& window, const Dims& x, DType dtype,
                Tensor outside)
      : kernels_(kernels),
        table_(window, x[3]),
        pixels_(x[0] * window.out.count()),
        channels_(x[3]),
        flip_(flip_of(dtype)),
        outside_(std::move(outside)) {}

  std::size_t packed_bytes() const override { return outside_.bytes() + table_.bytes(); }
  std::string_view kernel() const override { return "max_pool_q8"; }

  Status run(const RunArgs& args) const override {
    constexpr std::int64_t kGrain = 1 << 17;  // elements read: ~5 us
    const std::int64_t most = std::max<std::int64_t>(kGrain / (table_.taps() * channels_), 1);
    const std::int64_t grain = std::min(most, kMaxRows / table_.taps());
    args.workers.for_each_range(pixels_, grain, [&](std::int64_t begin, std::int64_t end) {
      const std::uint8_t* rows[kMaxRows];
      const auto* outside = static_cast<const std::uint8_t*>(outside_.data());
      table_.fill(args.in[0].as<std::uint8_t>(), outside, begin, end - begin, rows);
      kernels_.max_pool_q8({end - begin, channels_, table_.taps(), rows, flip_,
                            args.out[0].as<std::uint8_t>() + begin * channels_, channels_});
    });
    return {};
  }

 private:
  const KernelTable& kernels_;
  TapTable table_;
  std::int64_t pixels_, channels_;
  std::uint8_t flip_;
  Tensor outside_;  // a pixel that changes nothing
};

}  // namespace

Result<std::unique_ptr<Step>> prepare_max_pool_q8(const ImagePoolParams& p,
                                                  const PrepareArgs& args) {
  const Dims x = args.in_dims(0);
  MOTE_ASSIGN(const Window w, image_window(p.window, x, p.window.kernel_shape));
  if (x.count() == 0 || w.out.count() == 0 || w.kernel.count() > kMaxRows) {
    return std::unique_ptr<Step>();
  }
  if (!has_kernels<Kernel::max_pool_q8>(args.kernels)) {
    return std::unique_ptr<Step>();
  }
  const DType dtype = args.in_dtype(0);
  MOTE_ASSIGN(Tensor outside, Tensor::zeros(dtype, {x[3]}));
  std::fill_n(outside.mut().as<std::uint8_t>(), x[3], flip_of(dtype));
  return std::make_unique<MaxPoolQ8Step>(args.kernels, w, x, dtype, std::move(outside));
}

}  // namespace mote
