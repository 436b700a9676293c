#include <algorithm>

#include "base/result.h"
#include "ops/exec/qconv_steps.h"

namespace mote {
namespace {

class QDepthwiseStep final : public QStep, public RowStep {
 public:
  QDepthwiseStep(const KernelTable& kernels, const QConvParams& p, const QWeights& q, Tensor packed,
                 const ConvGeometry& g, Tensor outside)
      : QStep(kernels, p, q, std::move(packed)), g_(g), outside_(std::move(outside)) {}

  std::size_t packed_bytes() const override { return packed_.bytes() + outside_.bytes(); }
  std::string_view kernel() const override { return "depthwise_q8"; }
  const RowStep* by_rows() const override { return this; }
  RowGeometry row_geometry() const override { return rows_of(g_, 1); }

  Status run(const RunArgs& args) const override {
    const std::int64_t row_macs = g_.window.out[1] * g_.taps() * g_.channels;
    run_by_rows(*this, kMacs / std::max<std::int64_t>(row_macs, 1), args);
    return {};
  }

  void run_rows(const RowArgs& args) const override {
    const std::uint8_t* rows[kMaxDepthwiseTaps];
    std::uint8_t* to[kLines];
    const std::int64_t most = std::min(kLines, kMaxDepthwiseTaps / g_.window.kernel[0]);
    for (std::int64_t y = args.rows.begin; y < args.rows.end; y += most) {
      const std::int64_t lines = std::min(most, args.rows.end - y);
      for (std::int64_t i = 0; i < lines; ++i) {
        rows_below(g_, args.in, y + i, rows + i * g_.window.kernel[0]);
        to[i] = args.out.row<std::uint8_t>(y + i);
      }
      kernels_.depthwise_q8({depthwise_row(g_, lines), rows, outside_.view().as<std::uint8_t>(),
                             flip_, packed(), to, out_});
    }
  }

 private:
  static constexpr std::int64_t kLines = 16;
  static constexpr std::int64_t kMacs = 1 << 17;

  ConvGeometry g_;
  Tensor outside_;  // a pixel of zeros
};

}  // namespace

QStepResult make_qdepthwise_step(const PrepareArgs& args, const QConvParams& p, const QWeights& q,
                                 const ConvGeometry& g) {
  MOTE_ASSIGN(Tensor outside, Tensor::zeros(DType::kU8, {g.channels}));
  std::fill_n(outside.mut().as<std::uint8_t>(), g.channels, q.outside);
  const std::int64_t size =
      args.kernels.packed_depthwise_size_q8(g.channels, g.window.kernel[0], g.window.kernel[1]);
  const auto pack = [&](const MutTensorView& packed, Workers&) -> Status {
    const QElements e = elements_of(q);
    args.kernels.pack_depthwise_q8(
        {e.w.data(), e.bias.data(), e.factor.data(), g.channels, 1, g.taps(), g.taps(), 1, 0},
        g.window.kernel[1], packed.as<std::int32_t>());
    return {};
  };
  MOTE_ASSIGN(Tensor packed, derive_from_weights(args, size, pack));
  return std::make_unique<QDepthwiseStep>(args.kernels, p, q, std::move(packed), g,
                                          std::move(outside));
}

}  // namespace mote
