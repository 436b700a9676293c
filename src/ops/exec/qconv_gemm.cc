#include <algorithm>
#include <optional>

#include "base/result.h"
#include "ops/exec/qconv_steps.h"
#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

// Rows of x times the weights.
class QGemmStep final : public QStep, public RowStep {
 public:
  QGemmStep(const KernelTable& kernels, const QConvParams& p, const QWeights& q, Tensor packed,
            const QProduct& product)
      : QStep(kernels, p, q, std::move(packed)),
        k_(product.k),
        grid_(cut_gemm(kernels, product.m, product.n, product.k)) {
    if (product.rows != nullptr) rows_ = *product.rows;
  }

  std::string_view kernel() const override { return "gemm_q8"; }

  Status run(const RunArgs& args) const override {
    const auto* x = args.in[0].as<std::uint8_t>();
    auto* y = args.out[0].as<std::uint8_t>();
    for_each_piece(grid_, 1, args.workers, [&](std::int64_t, const GemmPiece& piece) {
      multiply(piece, x + piece.i * k_, y + piece.i * grid_.n);
    });
    return {};
  }

  const RowStep* by_rows() const override { return rows_ ? this : nullptr; }
  RowGeometry row_geometry() const override { return *rows_; }

  void run_rows(const RowArgs& args) const override {
    const std::int64_t width = rows_->in_row_bytes / k_;
    for (std::int64_t y = args.rows.begin; y < args.rows.end;) {
      const std::int64_t rows =
          std::min({args.rows.end - y, args.in.together(y), args.out.together(y)});
      multiply({0, 0, rows * width, grid_.n}, args.in.row<std::uint8_t>(y),
               args.out.row<std::uint8_t>(y));
      y += rows;
    }
  }

 private:
  // x, y: of the piece's first row.
  void multiply(const GemmPiece& piece, const std::uint8_t* x, std::uint8_t* y) const {
    constexpr std::int64_t kRows = 1024;
    const std::uint8_t* rows[kRows];
    const std::int32_t* weights = packed() + product_.packed_size(piece.j, k_, 1);
    for (std::int64_t i = 0; i < piece.rows; i += kRows) {
      const std::int64_t m = std::min(kRows, piece.rows - i);
      for (std::int64_t r = 0; r < m; ++r) rows[r] = x + (i + r) * k_;
      product_.indirect({m, piece.columns, k_, 1, rows, flip_, weights, y + i * grid_.n + piece.j,
                         grid_.n, out_});
    }
  }

  std::int64_t k_;
  GemmGrid grid_;
  std::optional<RowGeometry> rows_;
};

}  // namespace

QStepResult make_qgemm_step(const PrepareArgs& args, const QConvParams& p, const QWeights& q,
                            const QProduct& product) {
  MOTE_ASSIGN(Tensor packed, pack_groups_q8(args, q, {1, product.n, product.k, 1}));
  return std::make_unique<QGemmStep>(args.kernels, p, q, std::move(packed), product);
}

}  // namespace mote
