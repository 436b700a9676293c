// mote.MaxPool, mote.AveragePool, mote.GlobalAveragePool: pooling of channels-last images.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/exec/pool_step.h"
#include "ops/ops.h"
#include "ops/support/axes.h"
#include "ops/support/element.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse_pool(const Attributes& attributes, bool average) {
  auto p = std::make_unique<ImagePoolParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_window(r, p->window));
  p->window.ceil_mode = r.flag("ceil_mode", false);
  if (average) p->count_include_pad = r.flag("count_include_pad", false);
  MOTE_TRY(r.finish());
  if (p->window.kernel_shape.size() != 2) {
    return Error{Code::kInvalidArgument,
                 cat("kernel_shape has ", p->window.kernel_shape.size(), " values, not 2")};
  }
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_max(const Attributes& attributes) {
  return parse_pool(attributes, false);
}
Result<std::unique_ptr<const OpParams>> parse_average(const Attributes& attributes) {
  return parse_pool(attributes, true);
}

// x: [N, H, W, C]. y: [N, OH, OW, C].
Status infer_pool(const InferArgs& args) {
  const auto& p = args.params<ImagePoolParams>();
  const Shape kernel(p.window.kernel_shape.begin(), p.window.kernel_shape.end());
  return infer_image(args, p.window, kernel, size_of(args, 0, 3), args.type(0).dtype);
}

Status infer_max(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32, DType::kS8, DType::kU8}));
  return infer_pool(args);
}

Status infer_average(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32}));
  return infer_pool(args);
}

// x: [N, H, W, C]. y: [N, 1, 1, C].
Status infer_global(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32}));
  MOTE_TRY(expect_rank(args, 0, 4, "x"));
  args.set(0, {DType::kF32, Shape{size_of(args, 0, 0), 1, 1, size_of(args, 0, 3)}});
  return {};
}

// value(x, w, at): the output at `at` of the channel whose first element is *x.
template <class T, class Value>
Status pool(const OpParams* params, const RunArgs& args, const Value& value) {
  const auto& p = *static_cast<const ImagePoolParams*>(params);
  const Dims& dims = args.in[0].dims;
  MOTE_ASSIGN(const Window w, image_window(p.window, dims, p.window.kernel_shape));
  const std::int64_t channels = dims[3];
  auto* y = args.out[0].as<T>();
  for_each_place(w, dims[0], args.workers, [&](std::int64_t n, const Dims& at, std::int64_t i) {
    const T* image = args.in[0].as<T>() + n * w.in.count() * channels;
    for (std::int64_t c = 0; c < channels; ++c) y[i * channels + c] = value(image + c, w, at);
  });
  return {};
}

using MaxElements = Elements<float, std::int8_t, std::uint8_t>;

Status reference_max(const OpParams* params, const RunArgs& args) {
  const std::int64_t step = args.in[0].dims[3];
  return with_dtype(MaxElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    return pool<T>(params, args, [&](const T* x, const Window& w, const Dims& at) {
      T best = least<T>();
      for_each_tap(w, at, [&](std::int64_t, std::int64_t offset) {
        const T v = x[offset * step];
        if (v > best || v != v) best = v;
      });
      return best;
    });
  });
}

Status reference_average(const OpParams* params, const RunArgs& args) {
  const std::int64_t step = args.in[0].dims[3];
  const bool padded = static_cast<const ImagePoolParams*>(params)->count_include_pad;
  return pool<float>(params, args, [&](const float* x, const Window& w, const Dims& at) {
    double sum = 0;
    for_each_tap(w, at, [&](std::int64_t, std::int64_t offset) {
      sum += static_cast<double>(x[offset * step]);
    });
    return static_cast<float>(sum * average_scale(w, at, padded));
  });
}

Status reference_global(const OpParams*, const RunArgs& args) {
  const Dims& dims = args.in[0].dims;
  const std::int64_t pixels = dims[1] * dims[2];
  const std::int64_t channels = dims[3];
  for (std::int64_t n = 0; n < dims[0]; ++n) {
    const float* x = args.in[0].as<float>() + n * pixels * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      double sum = 0;
      for (std::int64_t i = 0; i < pixels; ++i) sum += static_cast<double>(x[i * channels + c]);
      args.out[0].as<float>()[n * channels + c] =
          static_cast<float>(sum / static_cast<double>(pixels));
    }
  }
  return {};
}

Result<std::unique_ptr<Step>> prepare_max(const PrepareArgs& args) {
  const auto& p = args.params<ImagePoolParams>();
  if (args.in_dtype(0) != DType::kF32) return prepare_max_pool_q8(p, args);
  return prepare_pool(p, PoolKind::kMax, args);
}
Result<std::unique_ptr<Step>> prepare_average(const PrepareArgs& args) {
  return prepare_pool(args.params<ImagePoolParams>(), PoolKind::kAverage, args);
}

constexpr std::string_view kMaxSamples[] = {
    "(x: f32[2,7,6,19]) -> (y) {\n"
    "  y = mote.MaxPool(x) {kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]} }",
    "(x: f32[1,6,5,70]) -> (y) {\n"
    "  y = mote.MaxPool(x) {kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1} }",
    "(x: f32[1,6,5,3]) -> (y) {\n"
    "  y = mote.MaxPool(x) {kernel_shape=[2, 3], dilations=[2, 1], auto_pad=\"SAME_LOWER\"} }",
    "(x: f32[2,11,9,20]) -> (y) {\n"
    "  y = mote.MaxPool(x) {kernel_shape=[7, 5], pads=[3, 2, 3, 2], strides=[1, 2]} }",
    "(x: f32[1,14,15,3]) -> (y) {\n"
    "  y = mote.MaxPool(x) {kernel_shape=[5, 5], pads=[4, 0, 0, 4], dilations=[2, 2]} }",
    "(x: f32[0,6,5,3]) -> (y) { y = mote.MaxPool(x) {kernel_shape=[2, 2]} }",
    "(x: s8[1,6,5,3]) -> (y) { y = mote.MaxPool(x) {kernel_shape=[2, 2], pads=[1, 0, 0, 1]} }",
    "(x: u8[1,6,5,3]) -> (y) { y = mote.MaxPool(x) {kernel_shape=[3, 3], strides=[2, 2]} }",
    "(x: s8[2,7,6,70]) -> (y) {\n"
    "  y = mote.MaxPool(x) {kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1} }",
    "(x: u8[2,7,6,19]) -> (y) {\n"
    "  y = mote.MaxPool(x) {kernel_shape=[3, 3], dilations=[2, 1], pads=[1, 1, 1, 1]} }",
};
constexpr std::string_view kAverageSamples[] = {
    "(x: f32[2,7,6,19]) -> (y) {\n"
    "  y = mote.AveragePool(x) {kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]} }",
    "(x: f32[1,6,5,70]) -> (y) {\n"
    "  y = mote.AveragePool(x) {kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 0],\n"
    "                           ceil_mode=1, count_include_pad=1} }",
    "(x: f32[1,6,5,3]) -> (y) {\n"
    "  y = mote.AveragePool(x) {kernel_shape=[2, 3], auto_pad=\"SAME_UPPER\"} }",
};
constexpr std::string_view kGlobalSamples[] = {
    "(x: f32[2,7,6,19]) -> (y) { y = mote.GlobalAveragePool(x) }",
    "(x: f32[1,7,7,1300]) -> (y) { y = mote.GlobalAveragePool(x) }",
    "(x: f32[0,7,6,3]) -> (y) { y = mote.GlobalAveragePool(x) }",
};

}  // namespace

extern const OpDef kOp_mote_MaxPool;
constinit const OpDef kOp_mote_MaxPool = {
    .name = "MaxPool",
    .domain = "mote",
    .parse = parse_max,
    .infer = infer_max,
    .reference = reference_max,
    .prepare = prepare_max,
};

extern const OpDef kOp_mote_AveragePool;
constinit const OpDef kOp_mote_AveragePool = {
    .name = "AveragePool",
    .domain = "mote",
    .parse = parse_average,
    .infer = infer_average,
    .reference = reference_average,
    .prepare = prepare_average,
};

extern const OpDef kOp_mote_GlobalAveragePool;
constinit const OpDef kOp_mote_GlobalAveragePool = {
    .name = "GlobalAveragePool",
    .domain = "mote",
    .infer = infer_global,
    .reference = reference_global,
    .prepare = prepare_global_average,
};

extern const OpDoc kDoc_mote_MaxPool;
constinit const OpDoc kDoc_mote_MaxPool = {
    .name = "MaxPool",
    .domain = "mote",
    .doc = "MaxPool of channels-last images, [N, H, W, C].",
    .samples = kMaxSamples,
};

extern const OpDoc kDoc_mote_AveragePool;
constinit const OpDoc kDoc_mote_AveragePool = {
    .name = "AveragePool",
    .domain = "mote",
    .doc = "AveragePool of channels-last images, [N, H, W, C].",
    .samples = kAverageSamples,
};

extern const OpDoc kDoc_mote_GlobalAveragePool;
constinit const OpDoc kDoc_mote_GlobalAveragePool = {
    .name = "GlobalAveragePool",
    .domain = "mote",
    .doc = "GlobalAveragePool of channels-last images: [N, H, W, C] to [N, 1, 1, C].",
    .samples = kGlobalSamples,
};

}  // namespace mote
