#include <algorithm>

#include "base/result.h"
#include "ops/exec/image.h"
#include "ops/exec/qconv_steps.h"
#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

class QWindowStep final : public QStep {
 public:
  QWindowStep(const KernelTable& kernels, const QConvParams& p, const QWeights& q, Tensor packed,
              const ConvGeometry& g, Tensor outside)
      : QStep(kernels, p, q, std::move(packed)),
        g_(g),
        table_(g.window, g.channels),
        outside_(std::move(outside)),
        grid_(cut_gemm(kernels, g.pixels, g.group_filters(), g.depth() * g.taps())) {}

  std::size_t packed_bytes() const override {
    return packed_.bytes() + outside_.bytes() + table_.bytes();
  }
  std::string_view kernel() const override { return "indirect_gemm_q8"; }

  Status run(const RunArgs& args) const override {
    for_each_piece(grid_, g_.group, args.workers,
                   [&](std::int64_t g, const GemmPiece& piece) { run_group(args, g, piece); });
    return {};
  }

 private:
  void run_group(const RunArgs& args, std::int64_t group, const GemmPiece& piece) const {
    const std::uint8_t* rows[kMaxRows];
    const std::int64_t n = g_.group_filters();
    const std::int64_t k = g_.depth();
    const std::int32_t* weights = packed() + group * product_.packed_size(n, k, g_.taps()) +
                                  product_.packed_size(piece.j, k, g_.taps());
    const std::int64_t tile = tile_rows(kernels_, g_.taps());
    for (std::int64_t i = 0; i < piece.rows; i += tile) {
      const std::int64_t m = std::min(tile, piece.rows - i);
      table_.fill(args.in[0].as<std::uint8_t>() + group * k, outside_.view().as<std::uint8_t>(),
                  piece.i + i, m, rows);
      auto* y = args.out[0].as<std::uint8_t>() + (piece.i + i) * g_.filters + group * n + piece.j;
      product_.indirect(
          {m, piece.columns, k, g_.taps(), rows, flip_, weights, y, g_.filters, out_});
    }
  }

  ConvGeometry g_;
  TapTable table_;
  Tensor outside_;  // a pixel of zeros
  GemmGrid grid_;
};

}  // namespace

QStepResult make_qwindow_step(const PrepareArgs& args, const QConvParams& p, const QWeights& q,
                              const ConvGeometry& g) {
  MOTE_ASSIGN(Tensor outside, Tensor::zeros(DType::kU8, {g.channels}));
  std::fill_n(outside.mut().as<std::uint8_t>(), g.channels, q.outside);
  MOTE_ASSIGN(Tensor packed,
              pack_groups_q8(args, q, {g.group, g.group_filters(), g.depth(), g.taps()}));
  return std::make_unique<QWindowStep>(args.kernels, p, q, std::move(packed), g,
                                       std::move(outside));
}

}  // namespace mote
