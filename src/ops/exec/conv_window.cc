#include <algorithm>

#include "base/result.h"
#include "ops/exec/conv_steps.h"
#include "ops/exec/image.h"
#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

class WindowStep final : public ConvStep {
 public:
  WindowStep(const KernelTable& kernels, const ConvGeometry& geometry,
             const EpilogueActivation& activation, Tensor packed, Tensor zeros)
      : ConvStep(kernels, geometry, activation, std::move(packed)),
        table_(geometry.window, geometry.channels),
        zeros_(std::move(zeros)),
        grid_(cut_gemm(kernels, g_.pixels, g_.group_filters(), g_.depth() * g_.taps())) {}

  std::size_t packed_bytes() const override {
    return packed_.bytes() + zeros_.bytes() + table_.bytes();
  }
  std::string_view kernel() const override { return "indirect_gemm_f32"; }

  Status run(const RunArgs& args) const override {
    for_each_piece(grid_, g_.group, args.workers,
                   [&](std::int64_t g, const GemmPiece& piece) { run_group(args, g, piece); });
    return {};
  }

 private:
  void run_group(const RunArgs& args, std::int64_t group, const GemmPiece& piece) const {
    const float* rows[kMaxRows];
    const std::int64_t n = g_.group_filters();
    const std::int64_t k = g_.depth();
    const float* weights = packed() + group * kernels_.packed_gemm_size_f32(n, k, g_.taps()) +
                           kernels_.packed_gemm_size_f32(piece.j, k, g_.taps());
    const std::int64_t tile = tile_rows(kernels_, g_.taps());
    for (std::int64_t i = 0; i < piece.rows; i += tile) {
      const std::int64_t m = std::min(tile, piece.rows - i);
      table_.fill(args.in[0].as<float>() + group * k, static_cast<const float*>(zeros_.data()),
                  piece.i + i, m, rows);
      const std::int64_t at = (piece.i + i) * g_.filters + group * n + piece.j;
      kernels_.indirect_gemm_f32({m, piece.columns, k, g_.taps(), rows, weights,
                                  args.out[0].as<float>() + at, g_.filters, epilogue(args.in, at)});
    }
  }

  TapTable table_;
  Tensor zeros_;
  GemmGrid grid_;
};

}  // namespace

ConvStepResult make_window_step(const KernelTable& kernels, const ConvGeometry& g,
                                const EpilogueActivation& activation, Tensor packed) {
  MOTE_ASSIGN(Tensor zeros, Tensor::zeros(DType::kF32, {g.channels}));
  return std::make_unique<WindowStep>(kernels, g, activation, std::move(packed), std::move(zeros));
}

}  // namespace mote
