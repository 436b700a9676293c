#include "ops/exec/qconv_step.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/result.h"
#include "ops/exec/conv_geometry.h"
#include "ops/exec/image.h"
#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

// What kernels are given: weights of 16 bits, sums and factors of each filter.
struct QWeights {
  std::vector<std::int16_t> w;  // as the operator's, [O, C/group, taps]
  std::vector<std::int32_t> bias;
  std::vector<float> factor;
  std::uint8_t flip = 0;     // 0x80, where x is s8
  std::uint8_t outside = 0;  // the byte that stands for 0
};

std::int32_t weight_at(const Tensor& w, std::int64_t i) {
  if (w.dtype() == DType::kS8) return w.view().as<std::int8_t>()[i];
  return w.view().as<std::int16_t>()[i];
}

// Kernels read x as u8: the zero point moves with it and, times the weights' sum, joins the bias.
// False: a sum may need more than 32 bits, or a number is none.
bool gather(const QConvParams& p, DType x, const Tensor& w, const Tensor* bias,
            const Tensor& factor, QWeights& q) {
  const IntegerRange range = range_of(x);
  if (p.x_zero_point < range.low || p.x_zero_point > range.high) return false;
  const std::int64_t most = std::max(range.high - p.x_zero_point, p.x_zero_point - range.low);
  const std::int64_t filters = w.dims()[0];
  const std::int64_t size = w.dims().count(1, w.dims().rank());
  const int shift = x == DType::kS8 ? 0x80 : 0;
  q.flip = static_cast<std::uint8_t>(shift);
  q.outside = static_cast<std::uint8_t>(p.x_zero_point);
  q.w.resize(static_cast<std::size_t>(filters * size));
  for (std::int64_t o = 0; o < filters; ++o) {
    std::int64_t sum = 0, magnitude = 0;
    for (std::int64_t i = o * size; i < (o + 1) * size; ++i) {
      const std::int32_t weight = weight_at(w, i);
      if (weight < -255 || weight > 255) return false;
      q.w[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(weight);
      sum += weight;
      magnitude += std::abs(weight);
    }
    const std::int64_t own =
        bias != nullptr ? bias->values<std::int32_t>()[static_cast<std::size_t>(o)] : 0;
    if (magnitude * most + std::abs(own) > std::numeric_limits<std::int32_t>::max()) return false;
    const float f = factor.values<float>()[static_cast<std::size_t>(o)];
    if (!std::isfinite(f)) return false;
    // Modulo 2^32, as the kernel's sum.
    q.bias.push_back(static_cast<std::int32_t>(own - sum * (p.x_zero_point + shift)));
    q.factor.push_back(f);
  }
  return true;
}

RequantizeQ8 requantize_of(const QConvParams& p) {
  return {p.y_zero_point, p.range.low, p.range.high};
}

class QStep : public Step {
 public:
  QStep(const KernelTable& kernels, const QConvParams& p, const QWeights& q, Tensor packed)
      : kernels_(kernels), out_(requantize_of(p)), flip_(q.flip), packed_(std::move(packed)) {}

  std::size_t packed_bytes() const override { return packed_.bytes(); }
  bool reads(int input) const override { return input == 0; }

 protected:
  const std::int32_t* packed() const { return static_cast<const std::int32_t*>(packed_.data()); }

  const KernelTable& kernels_;
  RequantizeQ8 out_;
  std::uint8_t flip_;
  Tensor packed_;
};

// Rows of x times the weights.
class QGemmStep final : public QStep {
 public:
  QGemmStep(const KernelTable& kernels, const QConvParams& p, const QWeights& q, Tensor packed,
            std::int64_t m, std::int64_t n, std::int64_t k)
      : QStep(kernels, p, q, std::move(packed)), k_(k), grid_(cut_gemm(kernels, m, n, k)) {}

  std::string_view kernel() const override { return "gemm_q8"; }

  Status run(const RunArgs& args) const override {
    for_each_piece(grid_, 1, args.workers,
                   [&](std::int64_t, const GemmPiece& piece) { run_one(args, piece); });
    return {};
  }

 private:
  void run_one(const RunArgs& args, const GemmPiece& piece) const {
    const std::uint8_t* rows[kMaxRows];
    const std::int32_t* weights = packed() + kernels_.packed_gemm_size_q8(piece.j, k_, 1);
    for (std::int64_t i = 0; i < piece.rows; i += kMaxRows) {
      const std::int64_t m = std::min(kMaxRows, piece.rows - i);
      const auto* x = args.in[0].as<std::uint8_t>() + (piece.i + i) * k_;
      for (std::int64_t r = 0; r < m; ++r) rows[r] = x + r * k_;
      auto* y = args.out[0].as<std::uint8_t>() + (piece.i + i) * grid_.n + piece.j;
      kernels_.indirect_gemm_q8({m, piece.columns, k_, 1, rows, flip_, weights, y, grid_.n, out_});
    }
  }

  std::int64_t k_;
  GemmGrid grid_;
};

// Any window: pointers to the pixels below it.
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
    const std::int32_t* weights = packed() + group * kernels_.packed_gemm_size_q8(n, k, g_.taps()) +
                                  kernels_.packed_gemm_size_q8(piece.j, k, g_.taps());
    const std::int64_t tile = tile_rows(kernels_, g_.taps());
    for (std::int64_t i = 0; i < piece.rows; i += tile) {
      const std::int64_t m = std::min(tile, piece.rows - i);
      table_.fill(args.in[0].as<std::uint8_t>() + group * k, outside_.view().as<std::uint8_t>(),
                  piece.i + i, m, rows);
      auto* y = args.out[0].as<std::uint8_t>() + (piece.i + i) * g_.filters + group * n + piece.j;
      kernels_.indirect_gemm_q8(
          {m, piece.columns, k, g_.taps(), rows, flip_, weights, y, g_.filters, out_});
    }
  }

  ConvGeometry g_;
  TapTable table_;
  Tensor outside_;  // a pixel of zeros
  GemmGrid grid_;
};

// One filter for each channel.
class QDepthwiseStep final : public QStep {
 public:
  QDepthwiseStep(const KernelTable& kernels, const QConvParams& p, const QWeights& q, Tensor packed,
                 const ConvGeometry& g, Tensor outside)
      : QStep(kernels, p, q, std::move(packed)),
        g_(g),
        table_(g.window, g.channels),
        outside_(std::move(outside)) {}

  std::size_t packed_bytes() const override {
    return packed_.bytes() + outside_.bytes() + table_.bytes();
  }
  std::string_view kernel() const override { return "depthwise_q8"; }

  Status run(const RunArgs& args) const override {
    const std::int64_t most = std::max<std::int64_t>(kMacs / (g_.taps() * g_.channels), 1);
    const std::int64_t grain = std::min(most, kMaxRows / g_.taps());
    args.workers.for_each_range(g_.pixels, grain, [&](std::int64_t begin, std::int64_t end) {
      const std::uint8_t* rows[kMaxRows];
      table_.fill(args.in[0].as<std::uint8_t>(), outside_.view().as<std::uint8_t>(), begin,
                  end - begin, rows);
      auto* y = args.out[0].as<std::uint8_t>() + begin * g_.filters;
      kernels_.depthwise_q8(
          {end - begin, g_.channels, g_.taps(), rows, flip_, packed(), y, g_.filters, out_});
    });
    return {};
  }

 private:
  static constexpr std::int64_t kMacs = 1 << 16;

  ConvGeometry g_;
  TapTable table_;
  Tensor outside_;
};

// Operands that kernels take; false: there are none.
bool gather_operands(const QConvParams& p, const PrepareArgs& args, QWeights& q) {
  const Tensor* w = args.constant(kQWeights);
  const Tensor* factor = args.constant(kQFactor);
  const Tensor* bias = args.constant(kQBias);
  const bool known = w != nullptr && factor != nullptr && (bias != nullptr || !args.has(kQBias));
  if (!known || args.in_dims(0).count() == 0 || args.out_dims(0).count() == 0) return false;
  return gather(p, args.in_dtype(0), *w, bias, *factor, q);
}

Result<Tensor> pack_groups(const PrepareArgs& args, const QWeights& q, std::int64_t group,
                           std::int64_t n, std::int64_t k, std::int64_t taps) {
  const std::int64_t size = args.kernels.packed_gemm_size_q8(n, k, taps);
  MOTE_ASSIGN(Tensor packed, args.room_for_packed(group * size, DType::kS32));
  auto* to = packed.mut().as<std::int32_t>();
  for (std::int64_t i = 0; i < group; ++i) {
    args.kernels.pack_gemm_q8({q.w.data() + i * n * k * taps, q.bias.data() + i * n,
                               q.factor.data() + i * n, n, k, taps, k * taps, 1, taps},
                              to + i * size);
  }
  return packed;
}

Result<Tensor> pack_depthwise(const PrepareArgs& args, const QWeights& q, const ConvGeometry& g) {
  const std::int64_t size = args.kernels.packed_depthwise_size_q8(g.channels, g.taps());
  MOTE_ASSIGN(Tensor packed, args.room_for_packed(size, DType::kS32));
  args.kernels.pack_depthwise_q8(
      {q.w.data(), q.bias.data(), q.factor.data(), g.channels, 1, g.taps(), g.taps(), 1, 0},
      packed.mut().as<std::int32_t>());
  return packed;
}

}  // namespace

Result<std::unique_ptr<Step>> prepare_qconv(const QConvParams& p, const PrepareArgs& args) {
  QWeights q;
  if (!gather_operands(p, args, q)) return std::unique_ptr<Step>();
  MOTE_ASSIGN(const ConvGeometry g,
              conv_geometry(p.window, p.group, args.in_dims(0), args.in_dims(kQWeights)));
  const ConvKind kind = kind_of(args.kernels, g);
  if (kind == ConvKind::kPointwise && g.group == 1) {
    MOTE_ASSIGN(Tensor packed, pack_groups(args, q, 1, g.filters, g.channels, 1));
    return std::make_unique<QGemmStep>(args.kernels, p, q, std::move(packed), g.pixels, g.filters,
                                       g.channels);
  }
  MOTE_ASSIGN(Tensor outside, Tensor::zeros(DType::kU8, {g.channels}));
  std::fill_n(outside.mut().as<std::uint8_t>(), g.channels, q.outside);
  if (kind == ConvKind::kDepthwise) {
    MOTE_ASSIGN(Tensor packed, pack_depthwise(args, q, g));
    return std::make_unique<QDepthwiseStep>(args.kernels, p, q, std::move(packed), g,
                                            std::move(outside));
  }
  if (tile_rows(args.kernels, g.taps()) == 0) return std::unique_ptr<Step>();
  MOTE_ASSIGN(Tensor packed, pack_groups(args, q, g.group, g.group_filters(), g.depth(), g.taps()));
  return std::make_unique<QWindowStep>(args.kernels, p, q, std::move(packed), g,
                                       std::move(outside));
}

Result<std::unique_ptr<Step>> prepare_qgemm(const QConvParams& p, const PrepareArgs& args) {
  QWeights q;
  if (!gather_operands(p, args, q)) return std::unique_ptr<Step>();
  const std::int64_t n = args.in_dims(kQWeights)[0];
  const std::int64_t k = args.in_dims(kQWeights)[1];
  MOTE_ASSIGN(Tensor packed, pack_groups(args, q, 1, n, k, 1));
  return std::make_unique<QGemmStep>(args.kernels, p, q, std::move(packed),
                                     args.out_dims(0).count() / n, n, k);
}

}  // namespace mote
