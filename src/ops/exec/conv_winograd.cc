#include <algorithm>
#include <string_view>

#include "base/cpu.h"
#include "base/result.h"
#include "ops/exec/conv_steps.h"
#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

constexpr std::int64_t kTile = 4;     // output pixels along a side
constexpr std::int64_t kPlanes = 36;  // products for a tile
constexpr std::int64_t kLeastTiles = 16;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// Floats of one plane's packed weights.
std::int64_t plane_size(const KernelTable& kernels, const ConvGeometry& g) {
  return kernels.packed_gemm_size_f32(g.filters, g.channels, 1);
}

std::int64_t tile_columns(const ConvGeometry& g) { return ceil_div(g.window.out[1], kTile); }
std::int64_t tile_rows_of(const ConvGeometry& g) { return ceil_div(g.window.out[0], kTile); }
std::int64_t tiles_of(const ConvGeometry& g) {
  return g.pixels / g.window.out.count() * tile_rows_of(g) * tile_columns(g);
}

// G g G^T of one filter's 3x3 weights, in double: they are made once.
void transform_weights(const float* w, double (&u)[kPlanes]) {
  // The points of kernels/winograd.inl.h.
  constexpr double kA = 0.625, kB = 1.5;
  constexpr double kNearA = 1 / (2 * kA * kA * (kA * kA - kB * kB));
  constexpr double kNearB = 1 / (2 * kB * kB * (kB * kB - kA * kA));
  static constexpr double kG[6][3] = {
      {1 / (kA * kA * kB * kB), 0, 0},          {kNearA, kNearA * kA, kNearA * kA * kA},
      {kNearA, -kNearA * kA, kNearA * kA * kA}, {kNearB, kNearB * kB, kNearB * kB * kB},
      {kNearB, -kNearB * kB, kNearB * kB * kB}, {0, 0, 1}};
  double half[6][3];
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 3; ++j) {
      half[i][j] = 0;
      for (int k = 0; k < 3; ++k) half[i][j] += kG[i][k] * static_cast<double>(w[k * 3 + j]);
    }
  }
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 6; ++j) {
      double sum = 0;
      for (int k = 0; k < 3; ++k) sum += half[i][k] * kG[j][k];
      u[i * 6 + j] = sum;
    }
  }
}

// A block of tiles at a time: all are transformed, then the products, then back, each shared among
// the workers.
class WinogradStep final : public ConvStep {
 public:
  WinogradStep(const KernelTable& kernels, const ConvGeometry& geometry,
               const EpilogueActivation& activation, Tensor packed)
      : ConvStep(kernels, geometry, activation, std::move(packed)) {
    const std::int64_t row = kPlanes * (g_.channels + g_.filters) * std::int64_t{sizeof(float)};
    const std::int64_t fitting = l2_cache_bytes() * 3 / 4 / row;
    block_ = std::min(std::max(fitting, kLeastTiles), tiles_of(g_));
    grid_ = cut_gemm(kernels, block_, g_.filters, g_.channels);
  }

  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(kPlanes * (v_plane() + m_plane())) * sizeof(float);
  }
  std::string_view kernel() const override { return "winograd_f32"; }

  Status run(const RunArgs& args) const override {
    auto* v = reinterpret_cast<float*>(args.scratch);
    float* m = v + kPlanes * v_plane();
    const std::int64_t tiles = tiles_of(g_);
    for (std::int64_t first = 0; first < tiles; first += block_) {
      const std::int64_t count = std::min(block_, tiles - first);
      for_each_stretch(args.workers, first, count, g_.channels, [&](const Stretch& s) {
        transform_in(args, s, v + (s.tile - first) * g_.channels);
      });
      multiply(args.workers, count, v, m);
      for_each_stretch(args.workers, first, count, g_.filters, [&](const Stretch& s) {
        transform_out(args, s, m + (s.tile - first) * g_.filters);
      });
    }
    return {};
  }

 private:
  // Tiles of one row of tiles.
  struct Stretch {
    std::int64_t tile, image, row, column, count;
  };

  template <class F>
  void for_each_stretch(Workers& workers, std::int64_t first, std::int64_t count,
                        std::int64_t channels, const F& f) const {
    constexpr std::int64_t kFloats = 1 << 14;  // of planes: ~10 us
    const std::int64_t columns = tile_columns(g_), rows = tile_rows_of(g_);
    const std::int64_t grain = std::max<std::int64_t>(kFloats / (kPlanes * channels), 1);
    workers.for_each_range(count, grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t t = first + begin; t < first + end;) {
        const std::int64_t column = t % columns;
        const std::int64_t here = std::min(columns - column, first + end - t);
        f({t, t / columns / rows, t / columns % rows, column, here});
        t += here;
      }
    });
  }

  // A cache line more than there are floats: planes that are a multiple of a page apart would all
  // lie in the same set of the cache.
  std::int64_t v_plane() const { return block_ * g_.channels + 16; }
  std::int64_t m_plane() const { return block_ * g_.filters + 16; }

  void transform_in(const RunArgs& args, const Stretch& s, float* v) const {
    const Window& w = g_.window;
    const std::int64_t row = w.in[1] * g_.channels;
    const float* image = args.in[0].as<float>() + s.image * w.in[0] * row;
    const float* rows[6];
    for (std::int64_t i = 0; i < 6; ++i) {
      const std::int64_t y = s.row * kTile - w.begin[0] + i;
      rows[i] = y >= 0 && y < w.in[0] ? image + y * row : nullptr;
    }
    kernels_.winograd_input_f32(
        {rows, w.in[1], g_.channels, w.begin[1], s.column, s.count, v, v_plane()});
  }

  void multiply(Workers& workers, std::int64_t count, const float* v, float* m) const {
    const std::int64_t n = g_.filters, k = g_.channels;
    const std::int64_t size = plane_size(kernels_, g_);
    GemmGrid grid = grid_;
    grid.m = count;
    for_each_piece(grid, kPlanes, workers, [&](std::int64_t plane, const GemmPiece& piece) {
      run_piece(kernels_, piece,
                {count,
                 n,
                 k,
                 v + plane * v_plane(),
                 k,
                 packed() + plane * size,
                 m + plane * m_plane(),
                 n,
                 {}});
    });
  }

  void transform_out(const RunArgs& args, const Stretch& s, const float* m) const {
    const Window& w = g_.window;
    const std::int64_t y = s.row * kTile;
    const std::int64_t at = (s.image * w.out[0] + y) * w.out[1] * g_.filters;
    kernels_.winograd_output_f32({m, m_plane(), s.column, s.count, w.out[1], g_.filters,
                                  std::min(kTile, w.out[0] - y),
                                  packed() + kPlanes * plane_size(kernels_, g_),
                                  args.out[0].as<float>() + at, epilogue(args.in, at)});
  }

  std::int64_t block_;
  GemmGrid grid_;
};

// Packed: each plane's weights as a product's, then the biases.
Status pack_planes(const PrepareArgs& args, const ConvGeometry& g, const ConvWeights& weights,
                   float* packed, Workers& workers) {
  const std::int64_t panel = args.kernels.gemm_panel, size = plane_size(args.kernels, g);
  // Of the filters of one panel at a time, so that the planes wait in the cache.
  const auto pack_panel = [&](std::int64_t first, float* u) {
    const std::int64_t filters = std::min(panel, g.filters - first), count = filters * g.channels;
    for (std::int64_t i = 0; i < count; ++i) {
      double plane[kPlanes];
      transform_weights(weights.w + (first * g.channels + i) * 9, plane);
      for (std::int64_t p = 0; p < kPlanes; ++p) u[p * count + i] = static_cast<float>(plane[p]);
    }
    const std::int64_t at = args.kernels.packed_gemm_size_f32(first, g.channels, 1);
    for (std::int64_t p = 0; p < kPlanes; ++p) {
      args.kernels.pack_gemm_f32(u + p * count, nullptr, filters, g.channels, 1, g.channels, 0, 1,
                                 packed + p * size + at);
    }
  };
  const std::int64_t planes = kPlanes * panel * g.channels;
  MOTE_ASSIGN(Tensor room, Tensor::zeros(DType::kF32, {workers.threads(), planes}));
  auto* u = room.mut().as<float>();
  workers.for_each_range((g.filters + panel - 1) / panel, 1,
                         [&](std::int64_t i, std::int64_t, int thread) {
                           pack_panel(i * panel, u + thread * planes);
                         });
  if (weights.bias != nullptr) std::copy_n(weights.bias, g.filters, packed + kPlanes * size);
  return {};
}

}  // namespace

// In units of a multiply-add of the products. Transforms: measured, as a share of the products that
// they surround. Weights: four times those of a direct convolution come from beyond the cache.
bool suits_winograd(const KernelTable& kernels, const ConvGeometry& g) {
  constexpr double kTransform = 6.0;  // for a float of a plane
  constexpr double kWeight = 12.0;    // for a float of weights
  const Window& w = g.window;
  const bool right_kind =
      g.group == 1 && w.kernel == Dims{3, 3} && w.stride == Dims{1, 1} && w.dilation == Dims{1, 1};
  const bool exact = std::string_view(kernels.products) == "f32";
  if (!right_kind || !exact || g.pixels == 0) return false;
  const auto tiles = static_cast<double>(tiles_of(g));
  const auto k = static_cast<double>(g.channels), n = static_cast<double>(g.filters);
  const double direct = static_cast<double>(g.pixels) * 9 * k * n + kWeight * 9 * k * n;
  const double here = 36 * tiles * k * n + kTransform * 36 * tiles * (k + n) + kWeight * 36 * k * n;
  return here < 0.8 * direct;
}

Result<std::unique_ptr<Step>> make_winograd_step(const PrepareArgs& args, const ConvGeometry& g,
                                                 const EpilogueActivation& activation,
                                                 const ConvWeights& weights) {
  const std::int64_t count = kPlanes * plane_size(args.kernels, g) + g.filters;
  MOTE_ASSIGN(
      Tensor packed,
      args.derive({1, 2}, count, DType::kF32, [&](const MutTensorView& to, Workers& workers) {
        return pack_planes(args, g, weights, to.as<float>(), workers);
      }));
  return std::make_unique<WinogradStep>(args.kernels, g, activation, std::move(packed));
}

}  // namespace mote
