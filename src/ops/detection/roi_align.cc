// RoiAlign: regions of feature maps as grids of a fixed size, their samples interpolated.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/choices.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

// More samples in a row than this are not asked for by number.
constexpr std::int64_t kMaxSamplingRatio = 4096;

enum class RoiMode : std::uint8_t { kAvg, kMax };
enum class RoiCoordinates : std::uint8_t { kHalfPixel, kOutputHalfPixel };

struct RoiAlignParams : OpParams {
  RoiMode mode = RoiMode::kAvg;
  RoiCoordinates coordinates = RoiCoordinates::kHalfPixel;
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t sampling_ratio = 0;  // 0: about one sample for each element
  float scale = 1.0F;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<RoiAlignParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->mode, enum_named<RoiMode>(r, "mode", {"avg", "max"}));
  MOTE_ASSIGN(p->coordinates, enum_named<RoiCoordinates>(r, "coordinate_transformation_mode",
                                                         {"half_pixel", "output_half_pixel"}));
  p->height = r.integer("output_height", 1);
  p->width = r.integer("output_width", 1);
  p->sampling_ratio = r.integer("sampling_ratio", 0);
  p->scale = r.real("spatial_scale", 1.0F);
  MOTE_TRY(r.finish());
  if (p->height < 1 || p->width < 1) {
    return Error{Code::kInvalidArgument,
                 cat("output size ", p->height, "x", p->width, " is not positive")};
  }
  if (p->sampling_ratio < 0 || p->sampling_ratio > kMaxSamplingRatio) {
    return Error{Code::kInvalidArgument, cat("sampling_ratio ", p->sampling_ratio,
                                             " is outside [0, ", kMaxSamplingRatio, "]")};
  }
  return p;
}

// X: [N, C, H, W]; rois: [n, 4], as x1, y1, x2, y2; batch_indices: s64[n]. Y: [n, C, output_height,
// output_width].
Status infer(const InferArgs& args) {
  const auto& p = args.params<RoiAlignParams>();
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1}));
  MOTE_TRY(expect_dtype(args, 2, {DType::kS64}));
  MOTE_TRY(expect_rank(args, 0, 4, "X"));
  MOTE_TRY(expect_rank(args, 1, 2, "rois"));
  MOTE_TRY(expect_size(args, 1, 1, 4, "rois"));
  MOTE_TRY(expect_vector(args, 2, size_of(args, 1, 0), "batch_indices"));
  const Dim rois = size_of(args, 1, 0);
  Shape shape{rois.known() ? rois : size_of(args, 2, 0), size_of(args, 0, 1), p.height, p.width};
  MOTE_TRY(product(shape));
  args.set(0, {dtype, std::move(shape)});
  return {};
}

// The samples of one bin along one axis: at start + (i + 0.5) * step, i in [0, count). Those
// outside of [first, last) lie beyond the image.
struct Samples {
  double start = 0.0, step = 0.0, count = 0.0;
  std::int64_t first = 0, last = 0;

  double position(std::int64_t i) const { return start + (static_cast<double>(i) + 0.5) * step; }
  bool leaves_some_out() const { return static_cast<double>(last - first) < count; }
};

// Where a position lies between two elements; none: it is outside.
struct Between {
  bool inside = false;
  std::int64_t low = 0, high = 0;
  double low_weight = 0.0, high_weight = 0.0;

  Between(double x, std::int64_t size) {
    const auto end = static_cast<double>(size);
    inside = x >= -1.0 && x <= end && size > 0;
    if (!inside) return;
    x = std::clamp(x, 0.0, end - 1.0);
    low = static_cast<std::int64_t>(x);
    high = std::min(low + 1, size - 1);
    high_weight = x - static_cast<double>(low);
    low_weight = 1.0 - high_weight;
  }
};

// Bin `bin` of `bins` from begin to end. In T, as the number of samples hangs on how that rounds.
template <class T>
Samples samples_of(const RoiAlignParams& p, T begin, T end, std::int64_t bin, std::int64_t bins,
                   std::int64_t size) {
  const T offset = p.coordinates == RoiCoordinates::kHalfPixel ? T(0.5) : T(0);
  const T first = begin * static_cast<T>(p.scale) - offset;
  T extent = end * static_cast<T>(p.scale) - offset - first;
  // Boxes turned inside out were of one element before half pixels came.
  if (p.coordinates == RoiCoordinates::kOutputHalfPixel) extent = std::max(extent, T(1));
  const T bin_size = extent / static_cast<T>(bins);
  Samples s;
  s.count = p.sampling_ratio > 0 ? static_cast<double>(p.sampling_ratio)
                                 : static_cast<double>(std::ceil(bin_size));
  s.step = static_cast<double>(bin_size) / s.count;
  s.start = static_cast<double>(first) + static_cast<double>(bin) * static_cast<double>(bin_size);
  if (!(s.count >= 1.0) || !std::isfinite(s.start) || !std::isfinite(s.step)) return Samples();
  if (s.count <= static_cast<double>(kMaxSamplingRatio)) {
    s.last = static_cast<std::int64_t>(s.count);
    return s;
  }
  // Here steps are nearly 1, so that few more than `size` samples are inside.
  const double from = std::floor((-1.0 - s.start) / s.step) - 1.0;
  const double to = std::ceil((static_cast<double>(size) - s.start) / s.step) + 1.0;
  const double most = std::min(s.count, 9e18);
  s.first = static_cast<std::int64_t>(std::clamp(from, 0.0, most));
  s.last = static_cast<std::int64_t>(std::clamp(to, 0.0, most));
  return s;
}

double larger(double a, double b) { return a > b || std::isnan(a) ? a : b; }

// Of one channel of one image. The maximum is over the weighted neighbours of each sample, as
// ONNX defines it.
template <class T>
double pooled(RoiMode mode, const T* x, std::int64_t height, std::int64_t width, const Samples& ys,
              const Samples& xs) {
  double sum = 0.0;
  double most = 0.0;
  bool first = !ys.leaves_some_out() && !xs.leaves_some_out();
  for (std::int64_t i = ys.first; i < ys.last; ++i) {
    const Between v(ys.position(i), height);
    for (std::int64_t j = xs.first; j < xs.last; ++j) {
      const Between h(xs.position(j), width);
      double parts[4] = {};
      if (v.inside && h.inside) {
        const T* low = x + v.low * width;
        const T* high = x + v.high * width;
        parts[0] = v.low_weight * h.low_weight * static_cast<double>(low[h.low]);
        parts[1] = v.low_weight * h.high_weight * static_cast<double>(low[h.high]);
        parts[2] = v.high_weight * h.low_weight * static_cast<double>(high[h.low]);
        parts[3] = v.high_weight * h.high_weight * static_cast<double>(high[h.high]);
      }
      sum += parts[0] + parts[1] + parts[2] + parts[3];
      const double best = larger(larger(parts[0], parts[1]), larger(parts[2], parts[3]));
      most = first ? best : larger(most, best);
      first = false;
    }
  }
  return mode == RoiMode::kMax ? most : sum / std::max(ys.count * xs.count, 1.0);
}

// Output element i.
template <class T>
T element(const RoiAlignParams& p, const RunArgs& args, std::int64_t i) {
  using C = Compute<T>;
  const Dims& dims = args.in[0].dims;
  const std::int64_t column = i % p.width;
  const std::int64_t row = i / p.width % p.height;
  const std::int64_t plane = i / (p.width * p.height);
  const std::int64_t roi = plane / dims[1];
  const T* box = args.in[1].as<T>() + roi * 4;
  const auto ys = samples_of<C>(p, box[1], box[3], row, p.height, dims[2]);
  const auto xs = samples_of<C>(p, box[0], box[2], column, p.width, dims[3]);
  const std::int64_t image = args.in[2].as<std::int64_t>()[roi];
  const T* x = args.in[0].as<T>() + (image * dims[1] + plane % dims[1]) * dims[2] * dims[3];
  return rounded<T>(pooled(p.mode, x, dims[2], dims[3], ys, xs));
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const RoiAlignParams*>(params);
  const std::int64_t images = args.in[0].dims[0];
  for (std::int64_t i = 0; i < args.in[2].dims.count(); ++i) {
    const std::int64_t image = args.in[2].as<std::int64_t>()[i];
    if (image >= 0 && image < images) continue;
    return Error{Code::kInvalidArgument,
                 cat("batch_indices[", i, "] ", image, " is outside [0, ", images - 1, "]")};
  }
  return with_dtype(FloatElements{}, args.in[0].dtype, [&](auto t) -> Status {
    using T = decltype(t);
    constexpr std::int64_t kSamples = 1 << 14;
    const std::int64_t grain = std::max<std::int64_t>(
        kSamples / std::max<std::int64_t>(p.sampling_ratio * p.sampling_ratio, 1 << 9), 1);
    args.workers.for_each_range(args.out[0].dims.count(), grain,
                                [&](std::int64_t begin, std::int64_t end) {
                                  for (std::int64_t i = begin; i < end; ++i)
                                    args.out[0].as<T>()[i] = element<T>(p, args, i);
                                });
    return {};
  });
}

// Opset 16 named the coordinates, and made half pixels the default.
Status name_old_coordinates(const UpgradeArgs& args) {
  args.node().attributes.set("coordinate_transformation_mode", std::string("output_half_pixel"));
  return {};
}

constexpr int kVersions[] = {10, 16, 22};
constexpr OnnxUpgrade kUpgrades[] = {{16, name_old_coordinates}};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,6,5]) -> (y) { r: f32[3,4] = {0, 1, 4, 5, 1.5, 0.2, 3.1, 2.7, -2, -1, 9, 3}\n"
    "  b: s64[3] = {1, 0, 1} y = RoiAlign(x, r, b) {output_height=2, output_width=3} }",
    "(x: f32[1,2,6,5], r: f32[2,4]) -> (y) { b: s64[2] = {0, 0} y = RoiAlign(x, r, b) {\n"
    "  mode=\"max\", sampling_ratio=2, spatial_scale=0.5, output_width=2} }",
    "(x: f32[1,1,4,4], r: f32[2,4]) -> (y) { b: s64[2] = {0, 0} y = RoiAlign(x, r, b) {\n"
    "  coordinate_transformation_mode=\"output_half_pixel\", output_height=2} }",
    "(x: f64[1,1,4,4]) -> (y) { r: f64[1,4] = {-9000, 0, 9000, 1e300} b: s64[1] = {0}\n"
    "  y = RoiAlign(x, r, b) {output_height=2} }",
    "(x: f16[1,1,4,4], r: f16[1,4]) -> (y) { b: s64[1] = {0} y = RoiAlign(x, r, b) }",
    "(x: bf16[1,1,4,4], r: bf16[1,4]) -> (y) { b: s64[1] = {0} y = RoiAlign(x, r, b) }",
    "(x: f32[1,2,0,3], r: f32[1,4]) -> (y) { b: s64[1] = {0} y = RoiAlign(x, r, b) }",
};

}  // namespace

extern const OpDef kOp_RoiAlign;
constinit const OpDef kOp_RoiAlign = {
    .name = "RoiAlign",
    .min_inputs = 3,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .unbounded = true,
};

extern const OnnxOp kOnnx_RoiAlign;
constinit const OnnxOp kOnnx_RoiAlign = {
    .name = "RoiAlign", .versions = kVersions, .upgrades = kUpgrades};

extern const OpDoc kDoc_RoiAlign;
constinit const OpDoc kDoc_RoiAlign = {
    .name = "RoiAlign",
    .doc =
        "Each of `rois` cut into `output_height` by `output_width` bins: the mean or maximum of "
        "interpolated samples of `X` in each. A region that is not finite gives zeros.",
    .samples = kSamples,
};

}  // namespace mote
