#include "ops/exec/conv_geometry.h"

#include <algorithm>
#include <vector>

#include "base/result.h"
#include "ops/exec/image.h"
#include "ops/matmul/gemm_grid.h"

namespace mote {
namespace {

// Where one product reads its weights: w[j, t, p] as in pack_gemm_f32.
struct Layout {
  std::int64_t taps, depth, stride_n, stride_t, stride_k;
  bool channels_last = false;  // of weights that are brought into that order first
};

Layout layout_of(const ConvGeometry& g) {
  return {g.taps(), g.depth(), g.depth() * g.taps(), 1, g.taps()};
}

// [O, C, KH, KW] as [O, KH, KW, C].
std::vector<float> channels_last(const ConvGeometry& g, const float* w) {
  std::vector<float> out(static_cast<std::size_t>(g.filters * g.taps() * g.channels));
  float* to = out.data();
  for (std::int64_t o = 0; o < g.filters; ++o) {
    for (std::int64_t t = 0; t < g.taps(); ++t) {
      for (std::int64_t c = 0; c < g.channels; ++c) *to++ = w[(o * g.channels + c) * g.taps() + t];
    }
  }
  return out;
}

Result<Tensor> pack_groups(const PrepareArgs& args, const ConvGeometry& g, const Layout& l,
                           const ConvWeights& weights) {
  const std::int64_t n = g.group_filters();
  const std::int64_t size = args.kernels.packed_gemm_size_f32(n, l.depth, l.taps);
  return args.derive({1, 2}, g.group * size, DType::kF32,
                     [&](const MutTensorView& packed, Workers& workers) -> Status {
                       const std::vector<float> last =
                           l.channels_last ? channels_last(g, weights.w) : std::vector<float>();
                       const float* w = l.channels_last ? last.data() : weights.w;
                       for (std::int64_t i = 0; i < g.group; ++i) {
                         pack_weights(args.kernels,
                                      {w + i * n * l.stride_n, n, l.depth, l.stride_n, l.stride_k,
                                       l.taps, l.stride_t},
                                      weights.bias != nullptr ? weights.bias + i * n : nullptr,
                                      packed.as<float>() + i * size, workers);
                       }
                       return {};
                     });
}

}  // namespace

Result<ConvGeometry> conv_geometry(const WindowParams& p, std::int64_t group, const Dims& x,
                                   const Dims& w) {
  ConvGeometry g;
  const std::int64_t kernel[] = {w[2], w[3]};
  MOTE_ASSIGN(g.window, image_window(p, x, kernel));
  g.pixels = x[0] * g.window.out.count();
  g.channels = x[3];
  g.filters = w[0];
  g.group = group;
  return g;
}

ConvKind kind_of(const KernelTable& kernels, const ConvGeometry& g) {
  const Window& w = g.window;
  const bool one_pixel =
      g.taps() == 1 && w.stride == Dims{1, 1} && w.begin == Dims{0, 0} && w.end == Dims{0, 0};
  if (one_pixel) return ConvKind::kPointwise;
  const bool depthwise = g.depth() == 1 && g.group_filters() == 1 && g.group > 1;
  if (depthwise && g.taps() <= kMaxDepthwiseTaps) return ConvKind::kDepthwise;
  if (suits_stem(g)) return ConvKind::kStem;
  return tile_rows(kernels, g.taps()) > 0 ? ConvKind::kWindow : ConvKind::kNone;
}

RowGeometry rows_of(const ConvGeometry& g, std::size_t element_bytes) {
  const Window& w = g.window;
  const auto bytes = static_cast<std::int64_t>(element_bytes);
  return {.images = w.out.count() == 0 ? 0 : g.pixels / w.out.count(),
          .in_rows = w.in[0],
          .out_rows = w.out[0],
          .in_row_bytes = w.in[1] * g.channels * bytes,
          .out_row_bytes = w.out[1] * g.filters * bytes,
          .extent = extent(w.kernel[0], w.dilation[0]),
          .stride = w.stride[0],
          .top = w.begin[0]};
}

DepthwiseRow depthwise_row(const ConvGeometry& g, std::int64_t lines) {
  const Window& w = g.window;
  return {.lines = lines,
          .pixels = w.out[1],
          .channels = g.channels,
          .kernel_h = w.kernel[0],
          .kernel_w = w.kernel[1],
          .stride = w.stride[1],
          .dilation = w.dilation[1],
          .left = w.begin[1],
          .width = w.in[1]};
}

std::int64_t tile_rows(const KernelTable& kernels, std::int64_t taps) {
  return kMaxRows / taps / kernels.gemm_rows * kernels.gemm_rows;
}

Result<Tensor> pack_conv(const PrepareArgs& args, const ConvGeometry& g,
                         const ConvWeights& weights) {
  const ConvKind kind = kind_of(args.kernels, g);
  if (kind == ConvKind::kDepthwise) {
    const std::int64_t size = args.kernels.packed_depthwise_size_f32(g.channels, g.taps());
    return args.derive({1, 2}, size, DType::kF32,
                       [&](const MutTensorView& packed, Workers&) -> Status {
                         args.kernels.pack_depthwise_f32(weights.w, weights.bias, g.channels,
                                                         g.taps(), packed.as<float>());
                         return {};
                       });
  }
  if (kind != ConvKind::kStem) return pack_groups(args, g, layout_of(g), weights);
  const std::int64_t depth = g.window.kernel[1] * g.channels;
  const Layout layout{g.window.kernel[0], depth, g.window.kernel[0] * depth, depth, 1, true};
  return pack_groups(args, g, layout, weights);
}

}  // namespace mote
