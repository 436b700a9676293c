#include <algorithm>

#include "base/result.h"
#include "ops/exec/conv_steps.h"

namespace mote {
namespace {

class DepthwiseStep final : public RowConvStep {
 public:
  using RowConvStep::RowConvStep;

  std::string_view kernel() const override { return "depthwise_f32"; }

  Status run(const RunArgs& args) const override {
    run_by_rows(*this, kMacs / std::max<std::int64_t>(row_macs(), 1), args);
    return {};
  }

  void run_rows(const RowArgs& args) const override {
    const float* rows[kMaxDepthwiseTaps];
    float* to[kLines];
    const std::int64_t most = std::min(kLines, kMaxDepthwiseTaps / g_.window.kernel[0]);
    for (std::int64_t y = args.rows.begin; y < args.rows.end; y += most) {
      const std::int64_t lines = std::min(most, args.rows.end - y);
      for (std::int64_t i = 0; i < lines; ++i) {
        rows_below(g_, args.in, y + i, rows + i * g_.window.kernel[0]);
        to[i] = args.out.row<float>(y + i);
      }
      kernels_.depthwise_f32({depthwise_row(g_, lines), rows, packed(), to,
                              epilogue(args.operands, elements_before(args.image, y))});
    }
  }

 private:
  static constexpr std::int64_t kLines = 16;
  static constexpr std::int64_t kMacs = 1 << 17;  // ~10 us

  std::int64_t row_macs() const { return g_.window.out[1] * g_.taps() * g_.channels; }
};

}  // namespace

ConvStepResult make_depthwise_step(const KernelTable& kernels, const ConvGeometry& g,
                                   const EpilogueActivation& activation, Tensor packed) {
  return std::make_unique<DepthwiseStep>(kernels, g, activation, std::move(packed));
}

}  // namespace mote
