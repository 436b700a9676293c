#include <algorithm>

#include "base/result.h"
#include "ops/exec/qconv_steps.h"

namespace mote {
namespace {

// Output pixels whose windows are copied at once.
constexpr std::int64_t kPixels = 64;

class QStemStep final : public QStep, public RowStep {
 public:
  QStemStep(const KernelTable& kernels, const QConvParams& p, const QWeights& q, Tensor packed,
            const ConvGeometry& g)
      : QStep(kernels, p, q, std::move(packed)), g_(g), outside_(q.outside) {}

  std::string_view kernel() const override { return "indirect_gemm_q8 (rows)"; }
  const RowStep* by_rows() const override { return this; }
  RowGeometry row_geometry() const override { return rows_of(g_, 1); }

  Status run(const RunArgs& args) const override {
    const std::int64_t row_macs = g_.window.out[1] * g_.taps() * g_.channels * g_.filters;
    run_by_rows(*this, kMacs / std::max<std::int64_t>(row_macs, 1), args);
    return {};
  }

  void run_rows(const RowArgs& args) const override {
    for (std::int64_t y = args.rows.begin; y < args.rows.end; ++y) {
      for (std::int64_t x = 0; x < g_.window.out[1]; x += kPixels) {
        run_pixels(args, y, x, std::min(kPixels, g_.window.out[1] - x));
      }
    }
  }

 private:
  static constexpr std::int64_t kMacs = 1 << 18;

  // Output pixels [x, x + count) of row y.
  void run_pixels(const RowArgs& args, std::int64_t y, std::int64_t x, std::int64_t count) const {
    std::uint8_t copies[kStemFloats];
    const std::uint8_t* rows[kPixels];
    const Window& w = g_.window;
    const std::int64_t line = w.kernel[1] * g_.channels, size = w.kernel[0] * line;
    for (std::int64_t i = 0; i < count; ++i) rows[i] = copies + i * size;
    for (std::int64_t tap = 0; tap < w.kernel[0]; ++tap) {
      const std::int64_t at = y * w.stride[0] - w.begin[0] + tap * w.dilation[0];
      const bool inside = at >= 0 && at < w.in[0];
      const auto* from = inside ? args.in.row<const std::uint8_t>(at) : nullptr;
      for (std::int64_t i = 0; i < count; ++i) {
        copy_line(from, (x + i) * w.stride[1] - w.begin[1], copies + i * size + tap * line);
      }
    }
    product_.indirect({count, g_.filters, size, 1, rows, flip_, packed(),
                       args.out.row<std::uint8_t>(y) + x * g_.filters, g_.filters, out_});
  }

  // One row of the kernel, from pixel `left` of the input's row on; null: all padding.
  void copy_line(const std::uint8_t* from, std::int64_t left, std::uint8_t* to) const {
    const Window& w = g_.window;
    const std::int64_t c = g_.channels;
    if (from != nullptr && left >= 0 && left + w.kernel[1] <= w.in[1]) {
      std::copy_n(from + left * c, w.kernel[1] * c, to);
      return;
    }
    std::fill_n(to, w.kernel[1] * c, outside_);
    const std::int64_t first = std::clamp<std::int64_t>(-left, 0, w.kernel[1]);
    const std::int64_t last = std::clamp<std::int64_t>(w.in[1] - left, first, w.kernel[1]);
    if (from == nullptr || last <= first) return;
    std::copy(from + (left + first) * c, from + (left + last) * c, to + first * c);
  }

  ConvGeometry g_;
  std::uint8_t outside_;
};

}  // namespace

QStepResult make_qstem_step(const PrepareArgs& args, const QConvParams& p, const QWeights& q,
                            const ConvGeometry& g) {
  MOTE_ASSIGN(Tensor packed,
              pack_groups_q8(args, q, {1, g.filters, g.channels * g.taps(), 1, true}));
  return std::make_unique<QStemStep>(args.kernels, p, q, std::move(packed), g);
}

}  // namespace mote
