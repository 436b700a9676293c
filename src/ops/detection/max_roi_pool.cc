// MaxRoiPool: regions of feature maps as grids of a fixed size, the maximum of each cell.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

struct MaxRoiPoolParams : OpParams {
  std::int64_t height = 1;
  std::int64_t width = 1;
  float scale = 1.0F;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  constexpr std::int64_t kMaxSize = (std::int64_t{1} << 31) - 1;
  auto p = std::make_unique<MaxRoiPoolParams>();
  AttributeReader r(attributes);
  const auto shape = r.required_integers("pooled_shape");
  p->scale = r.real("spatial_scale", 1.0F);
  MOTE_TRY(r.finish());
  if (shape.size() != 2) {
    return Error{Code::kInvalidArgument, cat("pooled_shape has ", shape.size(), " values, not 2")};
  }
  for (const std::int64_t size : shape) {
    if (size < 1 || size > kMaxSize) {
      return Error{Code::kInvalidArgument,
                   cat("pooled_shape ", size, " is outside [1, ", kMaxSize, "]")};
    }
  }
  p->height = shape[0];
  p->width = shape[1];
  return p;
}

// X: [N, C, H, W]; rois: [n, 5], as image, x1, y1, x2, y2. Y: [n, C, pooled_shape].
Status infer(const InferArgs& args) {
  const auto& p = args.params<MaxRoiPoolParams>();
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 1}));
  MOTE_TRY(expect_rank(args, 0, 4, "X"));
  MOTE_TRY(expect_rank(args, 1, 2, "rois"));
  MOTE_TRY(expect_size(args, 1, 1, 5, "rois"));
  Shape shape{size_of(args, 1, 0), size_of(args, 0, 1), p.height, p.width};
  MOTE_TRY(product(shape));
  args.set(0, {dtype, std::move(shape)});
  return {};
}

struct Range {
  std::int64_t first, last;  // last is not part of it
};

// Cell `cell` of `cells` between two borders, both of which are inside.
Range cell_of(double begin, double end, std::int64_t cell, std::int64_t cells, std::int64_t size) {
  constexpr double kFar = 1e9;  // cells times that is within 64 bits
  if (std::isnan(begin) || std::isnan(end)) return {0, 0};
  const auto first = static_cast<std::int64_t>(std::clamp(std::round(begin), -kFar, kFar));
  const auto last = static_cast<std::int64_t>(std::clamp(std::round(end), -kFar, kFar));
  const std::int64_t extent = std::max<std::int64_t>(last - first + 1, 1);
  const std::int64_t from = first + cell * extent / cells;
  const std::int64_t to = first + ((cell + 1) * extent + cells - 1) / cells;
  return {std::clamp<std::int64_t>(from, 0, size), std::clamp<std::int64_t>(to, 0, size)};
}

// 0 of no elements; NaN wins.
template <class T>
T maximum(const T* x, std::int64_t width, const Range& rows, const Range& columns) {
  if (rows.first >= rows.last || columns.first >= columns.last) return T(0.0F);
  T best = x[rows.first * width + columns.first];
  for (std::int64_t i = rows.first; i < rows.last; ++i) {
    for (std::int64_t j = columns.first; j < columns.last; ++j) {
      const T v = x[i * width + j];
      if (static_cast<Compute<T>>(v) > static_cast<Compute<T>>(best) || v != v) best = v;
    }
  }
  return best;
}

template <class T>
T element(const MaxRoiPoolParams& p, const RunArgs& args, std::int64_t i) {
  using C = Compute<T>;
  const Dims& dims = args.in[0].dims;
  const std::int64_t plane = i / (p.width * p.height);
  const T* roi = args.in[1].as<T>() + plane / dims[1] * 5;
  const auto border = [&](int k) {
    return static_cast<double>(static_cast<C>(roi[k]) * static_cast<C>(p.scale));
  };
  const Range rows = cell_of(border(2), border(4), i / p.width % p.height, p.height, dims[2]);
  const Range columns = cell_of(border(1), border(3), i % p.width, p.width, dims[3]);
  const auto image = static_cast<std::int64_t>(static_cast<C>(roi[0]));
  const T* x = args.in[0].as<T>() + (image * dims[1] + plane % dims[1]) * dims[2] * dims[3];
  return maximum(x, dims[3], rows, columns);
}

template <class T>
Status check_images(const RunArgs& args) {
  const std::int64_t images = args.in[0].dims[0];
  for (std::int64_t i = 0; i < args.in[1].dims[0]; ++i) {
    const auto image = static_cast<double>(args.in[1].as<T>()[i * 5]);
    if (image >= 0.0 && image < static_cast<double>(images)) continue;
    return Error{Code::kInvalidArgument, cat("roi ", i, " is of image ", image,
                                             ", which is outside [0, ", images - 1, "]")};
  }
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const MaxRoiPoolParams*>(params);
  return with_dtype(FloatElements{}, args.in[0].dtype, [&](auto t) -> Status {
    using T = decltype(t);
    MOTE_TRY(check_images<T>(args));
    constexpr std::int64_t kGrain = 64;
    args.workers.for_each_range(args.out[0].dims.count(), kGrain,
                                [&](std::int64_t begin, std::int64_t end) {
                                  for (std::int64_t i = begin; i < end; ++i)
                                    args.out[0].as<T>()[i] = element<T>(p, args, i);
                                });
    return {};
  });
}

constexpr int kVersions[] = {1, 22};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,6,5]) -> (y) { r: f32[3,5] = {0, 0, 1, 4, 5, 1, 1.5, 0.2, 3.1, 2.7, 1, -2, -1, "
    "9,\n"
    "  3} y = MaxRoiPool(x, r) {pooled_shape=[2, 3]} }",
    "(x: f64[1,2,6,5]) -> (y) { r: f64[2,5] = {0, 2, 2, 9, 9, 0, nan, 1, 2, inf}\n"
    "  y = MaxRoiPool(x, r) {pooled_shape=[2, 2], spatial_scale=0.5} }",
    "(x: f16[1,1,4,4]) -> (y) { r: f16[1,5] = {0, 3, 3, 0, 0} y = MaxRoiPool(x, r) {\n"
    "  pooled_shape=[1, 2]} }",
    "(x: bf16[1,1,4,4]) -> (y) { r: bf16[1,5] = {0, 0, 0, 3, 3} y = MaxRoiPool(x, r) {\n"
    "  pooled_shape=[2, 2]} }",
    "(x: f32[1,1,4,4], r: f32[0,5]) -> (y) { y = MaxRoiPool(x, r) {pooled_shape=[2, 2]} }",
};

}  // namespace

extern const OpDef kOp_MaxRoiPool;
constinit const OpDef kOp_MaxRoiPool = {
    .name = "MaxRoiPool",
    .min_inputs = 2,
    .max_inputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .windowed = true,
};

extern const OnnxOp kOnnx_MaxRoiPool;
constinit const OnnxOp kOnnx_MaxRoiPool = {.name = "MaxRoiPool", .versions = kVersions};

extern const OpDoc kDoc_MaxRoiPool;
constinit const OpDoc kDoc_MaxRoiPool = {
    .name = "MaxRoiPool",
    .doc =
        "Each of `rois` cut into cells of whole elements, `pooled_shape` of them: the maximum of "
        "each, 0 of a cell without elements.",
    .samples = kSamples,
};

}  // namespace mote
