#include <algorithm>

#include "base/result.h"
#include "ops/exec/conv_steps.h"
#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

class PointwiseStep final : public RowConvStep {
 public:
  PointwiseStep(const KernelTable& kernels, const ConvGeometry& geometry,
                const EpilogueActivation& activation, Tensor packed)
      : RowConvStep(kernels, geometry, activation, std::move(packed)),
        grid_(cut_gemm(kernels, g_.pixels, g_.group_filters(), g_.depth())) {}

  std::string_view kernel() const override { return "gemm_f32"; }

  Status run(const RunArgs& args) const override {
    const auto* x = args.in[0].as<float>();
    auto* y = args.out[0].as<float>();
    for_each_piece(grid_, g_.group, args.workers, [&](std::int64_t g, const GemmPiece& piece) {
      run_piece(kernels_, piece, product(g, g_.pixels, x, y, epilogue(args.in, 0)));
    });
    return {};
  }

  void run_rows(const RowArgs& args) const override {
    const std::int64_t width = g_.window.out[1];
    for (std::int64_t y = args.rows.begin; y < args.rows.end;) {
      const std::int64_t rows =
          std::min({args.rows.end - y, args.in.together(y), args.out.together(y)});
      const EpilogueF32 e = epilogue(args.operands, elements_before(args.image, y));
      for (std::int64_t g = 0; g < g_.group; ++g) {
        kernels_.gemm_f32(
            product(g, rows * width, args.in.row<float>(y), args.out.row<float>(y), e));
      }
      y += rows;
    }
  }

 private:
  // The product of one group for `pixels` pixels. e: for the pixels' first element.
  GemmF32 product(std::int64_t group, std::int64_t pixels, const float* x, float* y,
                  EpilogueF32 e) const {
    const std::int64_t n = g_.group_filters(), k = g_.depth();
    if (e.residual != nullptr) e.residual += group * n;
    const float* weights = packed() + group * kernels_.packed_gemm_size_f32(n, k, 1);
    return {pixels, n, k, x + group * k, g_.channels, weights, y + group * n, g_.filters, e};
  }

  GemmGrid grid_;
};

}  // namespace

ConvStepResult make_pointwise_step(const KernelTable& kernels, const ConvGeometry& g,
                                   const EpilogueActivation& activation, Tensor packed) {
  return std::make_unique<PointwiseStep>(kernels, g, activation, std::move(packed));
}

}  // namespace mote
