#include "ops/exec/conv_step.h"

#include <algorithm>

#include "base/result.h"
#include "ops/exec/conv_geometry.h"
#include "ops/exec/image.h"
#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

// What the three kinds of steps share: geometry, packed weights, the epilogue.
class ConvStep : public Step {
 public:
  ConvStep(const KernelTable& kernels, const ConvGeometry& geometry, const Activation& activation,
           Tensor packed)
      : kernels_(kernels), g_(geometry), activation_(activation), packed_(std::move(packed)) {}

  std::size_t packed_bytes() const override { return packed_.bytes(); }

 protected:
  const float* packed() const { return static_cast<const float*>(packed_.data()); }

  // For the output from element `at` on.
  EpilogueF32 epilogue(const RunArgs& args, std::int64_t at) const {
    EpilogueF32 e{activation_.function, activation_.a, activation_.b};
    if (args.in.size() > 3 && args.in[3]) {
      e.residual = args.in[3].as<float>() + at;
      e.residual_ld = g_.filters;
    }
    return e;
  }

  const KernelTable& kernels_;
  ConvGeometry g_;
  Activation activation_;
  Tensor packed_;
};

// One tap, one input pixel for each output pixel: a matrix product for each group.
class PointwiseStep final : public ConvStep {
 public:
  PointwiseStep(const KernelTable& kernels, const ConvGeometry& geometry,
                const Activation& activation, Tensor packed)
      : ConvStep(kernels, geometry, activation, std::move(packed)),
        grid_(cut_gemm(kernels, g_.pixels, g_.group_filters(), g_.depth())) {}

  std::string_view kernel() const override { return "gemm_f32"; }

  Status run(const RunArgs& args) const override {
    for_each_piece(grid_, g_.group, args.workers,
                   [&](std::int64_t g, const GemmPiece& piece) { run_group(args, g, piece); });
    return {};
  }

 private:
  void run_group(const RunArgs& args, std::int64_t group, const GemmPiece& piece) const {
    const std::int64_t n = g_.group_filters();
    const GemmF32 whole{g_.pixels,
                        n,
                        g_.depth(),
                        args.in[0].as<float>() + group * g_.depth(),
                        g_.channels,
                        packed() + group * kernels_.packed_gemm_size_f32(n, g_.depth(), 1),
                        args.out[0].as<float>() + group * n,
                        g_.filters,
                        epilogue(args, group * n)};
    run_piece(kernels_, piece, whole);
  }

  GemmGrid grid_;
};

// Any window: pointers to the pixels below it.
class WindowStep final : public ConvStep {
 public:
  WindowStep(const KernelTable& kernels, const ConvGeometry& geometry, const Activation& activation,
             Tensor packed, Tensor zeros)
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
                                  args.out[0].as<float>() + at, g_.filters, epilogue(args, at)});
    }
  }

  TapTable table_;
  Tensor zeros_;
  GemmGrid grid_;
};

// Few channels: a row of the kernel is one stretch of memory, so that a tap is a whole row. Windows
// that reach over the image's sides are copied out.
class StemStep final : public ConvStep {
 public:
  StemStep(const KernelTable& kernels, const ConvGeometry& geometry, const Activation& activation,
           Tensor packed)
      : ConvStep(kernels, geometry, activation, std::move(packed)),
        grid_(cut_gemm(kernels, g_.pixels, g_.filters, g_.depth() * g_.taps())) {}

  std::string_view kernel() const override { return "indirect_gemm_f32 (rows)"; }

  Status run(const RunArgs& args) const override {
    for_each_piece(grid_, 1, args.workers,
                   [&](std::int64_t, const GemmPiece& piece) { run_one(args, piece); });
    return {};
  }

 private:
  void run_one(const RunArgs& args, const GemmPiece& piece) const {
    alignas(64) float copies[kStemFloats];
    const float* rows[kMaxRows];
    const std::int64_t taps = g_.window.kernel[0];
    const std::int64_t k = g_.window.kernel[1] * g_.channels;
    const float* weights = packed() + kernels_.packed_gemm_size_f32(piece.j, k, taps);
    const std::int64_t copied = kStemFloats / (taps * k) / kernels_.gemm_rows * kernels_.gemm_rows;
    const std::int64_t tile = std::min(copied, tile_rows(kernels_, taps));
    for (std::int64_t i = 0; i < piece.rows; i += tile) {
      const std::int64_t m = std::min(tile, piece.rows - i);
      float* copy = copies;
      for (std::int64_t r = 0; r < m; ++r) {
        fill(args.in[0].as<float>(), piece.i + i + r, rows + r * taps, copy);
      }
      const std::int64_t at = (piece.i + i) * g_.filters + piece.j;
      kernels_.indirect_gemm_f32({m, piece.columns, k, taps, rows, weights,
                                  args.out[0].as<float>() + at, g_.filters, epilogue(args, at)});
    }
  }

  // The rows of output pixel `pixel`; what reaches over a side is built at `copy`.
  void fill(const float* x, std::int64_t pixel, const float** rows, float*& copy) const {
    const Window& w = g_.window;
    const std::int64_t c = g_.channels;
    const std::int64_t size = w.kernel[1] * c;
    const std::int64_t left = pixel % w.out[1] * w.stride[1] - w.begin[1];
    const std::int64_t top = pixel / w.out[1] % w.out[0] * w.stride[0] - w.begin[0];
    const float* image = x + pixel / w.out[1] / w.out[0] * w.in[0] * w.in[1] * c;
    const std::int64_t first = std::clamp<std::int64_t>(-left, 0, w.kernel[1]);
    const std::int64_t last = std::clamp<std::int64_t>(w.in[1] - left, first, w.kernel[1]);
    for (std::int64_t i = 0; i < w.kernel[0]; ++i) {
      const std::int64_t y = top + i * w.dilation[0];
      const bool inside = y >= 0 && y < w.in[0];
      if (inside && last - first == w.kernel[1]) {
        rows[i] = image + (y * w.in[1] + left) * c;
        continue;
      }
      rows[i] = copy;
      std::fill(copy, copy + size, 0.0F);
      if (inside && last > first) {
        const float* from = image + (y * w.in[1] + left + first) * c;
        std::copy(from, from + (last - first) * c, copy + first * c);
      }
      copy += size;
    }
  }

  GemmGrid grid_;
};

// One filter for each channel.
class DepthwiseStep final : public ConvStep {
 public:
  DepthwiseStep(const KernelTable& kernels, const ConvGeometry& geometry,
                const Activation& activation, Tensor packed, Tensor zeros)
      : ConvStep(kernels, geometry, activation, std::move(packed)),
        table_(geometry.window, geometry.channels),
        zeros_(std::move(zeros)) {}

  std::size_t packed_bytes() const override {
    return packed_.bytes() + zeros_.bytes() + table_.bytes();
  }
  std::string_view kernel() const override { return "depthwise_f32"; }

  Status run(const RunArgs& args) const override {
    const std::int64_t most = std::max<std::int64_t>(kMacs / (g_.taps() * g_.channels), 1);
    const std::int64_t grain = std::min(most, kMaxRows / g_.taps());
    args.workers.for_each_range(g_.pixels, grain, [&](std::int64_t begin, std::int64_t end) {
      const float* rows[kMaxRows];
      table_.fill(args.in[0].as<float>(), static_cast<const float*>(zeros_.data()), begin,
                  end - begin, rows);
      const std::int64_t at = begin * g_.filters;
      kernels_.depthwise_f32({end - begin, g_.channels, g_.taps(), rows, packed(),
                              args.out[0].as<float>() + at, g_.filters, epilogue(args, at)});
    });
    return {};
  }

 private:
  static constexpr std::int64_t kMacs = 1 << 16;  // ~10 us: a depthwise tap costs its load

  TapTable table_;
  Tensor zeros_;
};

Result<std::unique_ptr<Step>> make_step(const ConvGeometry& g, const Activation& activation,
                                        const ConvWeights& weights, const PrepareArgs& args) {
  const KernelTable& kernels = args.kernels;
  MOTE_ASSIGN(Tensor packed, pack_conv(args, g, weights));
  const ConvKind kind = kind_of(kernels, g);
  if (kind == ConvKind::kPointwise) {
    return std::make_unique<PointwiseStep>(kernels, g, activation, std::move(packed));
  }
  if (kind == ConvKind::kStem) {
    return std::make_unique<StemStep>(kernels, g, activation, std::move(packed));
  }
  MOTE_ASSIGN(Tensor zeros, Tensor::zeros(DType::kF32, {g.channels}));
  if (kind == ConvKind::kDepthwise) {
    return std::make_unique<DepthwiseStep>(kernels, g, activation, std::move(packed),
                                           std::move(zeros));
  }
  return std::make_unique<WindowStep>(kernels, g, activation, std::move(packed), std::move(zeros));
}

}  // namespace

Result<std::unique_ptr<Step>> prepare_conv(const ImageConvParams& p, const PrepareArgs& args) {
  const Tensor* w = args.constant(1);
  const bool has_bias = args.has(2);
  const Tensor* bias = args.constant(2);
  if (w == nullptr || (has_bias && bias == nullptr)) return std::unique_ptr<Step>();
  if (args.in_dims(0).count() == 0 || args.out_dims(0).count() == 0) {
    return std::unique_ptr<Step>();
  }
  const ConvWeights weights{w->values<float>().data(),
                            has_bias ? bias->values<float>().data() : nullptr};
  MOTE_ASSIGN(const ConvGeometry g,
              conv_geometry(p.window, p.group, args.in_dims(0), args.in_dims(1)));
  if (kind_of(args.kernels, g) == ConvKind::kNone) return std::unique_ptr<Step>();
  return make_step(g, p.activation, weights, args);
}

}  // namespace mote
