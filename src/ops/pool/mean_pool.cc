// AveragePool and LpPool: means and norms of the elements below a window.
#include <cmath>

#include "base/text.h"
#include "ops/ops.h"
#include "ops/pool/pool_params.h"
#include "ops/support/element.h"

namespace mote {
namespace {

Result<std::unique_ptr<const OpParams>> parse_average(const Attributes& attributes) {
  auto p = std::make_unique<PoolParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_pool(r, *p));
  p->count_include_pad = r.flag("count_include_pad", false);
  MOTE_TRY(r.finish());
  return p;
}

Result<std::unique_ptr<const OpParams>> parse_lp(const Attributes& attributes) {
  auto p = std::make_unique<PoolParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_pool(r, *p));
  p->p = r.integer("p", 2);
  MOTE_TRY(r.finish());
  if (p->p < 1) return Error{Code::kInvalidArgument, cat("p ", p->p, " is not positive")};
  return p;
}

Status infer(const InferArgs& args) {
  return infer_pool(args, {DType::kF32, DType::kF64, DType::kF16, DType::kBF16});
}

// value(x, w, at): the output of the window at `at` of plane x.
template <class Value>
Status pool(const OpParams* params, const RunArgs& args, const Value& value) {
  MOTE_ASSIGN(const Window w, pool_window(params, args));
  return with_dtype(FloatElements{}, args.in[0].dtype, [&]<class T>(T) -> Status {
    T* y = args.out[0].as<T>();
    for_each_pooled(w, args, [&](std::int64_t plane, const Dims& at, std::int64_t i) {
      y[i] = rounded<T>(value(args.in[0].as<T>() + plane * w.in.count(), w, at));
    });
    return {};
  });
}

Status reference_average(const OpParams* params, const RunArgs& args) {
  const bool count_padding = static_cast<const PoolParams*>(params)->count_include_pad;
  return pool(params, args, [&](const auto* x, const Window& w, const Dims& at) {
    double sum = 0;
    std::int64_t taps = 0;
    for_each_tap(w, at, [&](std::int64_t, std::int64_t offset) {
      sum += static_cast<double>(x[offset]);
      ++taps;
    });
    if (count_padding) taps = padded_taps(w, at);
    return taps > 0 ? sum / static_cast<double>(taps) : 0.0;  // a window over padding alone: 0
  });
}

Status reference_lp(const OpParams* params, const RunArgs& args) {
  const auto p = static_cast<double>(static_cast<const PoolParams*>(params)->p);
  return pool(params, args, [&](const auto* x, const Window& w, const Dims& at) {
    double sum = 0;
    for_each_tap(w, at, [&](std::int64_t, std::int64_t offset) {
      sum += std::pow(std::abs(static_cast<double>(x[offset])), p);
    });
    return std::pow(sum, 1.0 / p);
  });
}

constexpr int kAverageVersions[] = {1, 7, 10, 11, 19, 22};
constexpr int kLpVersions[] = {1, 2, 11, 18, 22};
constexpr OnnxUpgrade kLpUpgrades[] = {{2, integer_p}};

constexpr std::string_view kAverageSamples[] = {
    "(x: f32[1,3,5,6]) -> (y) { y = AveragePool(x) {kernel_shape=[2, 3]} }",
    "(x: f32[2,2,7,5]) -> (y) {\n"
    "  y = AveragePool(x) {kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1]} }",
    "(x: f32[1,2,6,5]) -> (y) {\n"
    "  y = AveragePool(x) {kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1,\n"
    "                      count_include_pad=1} }",
    "(x: f64[1,2,8]) -> (y) { y = AveragePool(x) {kernel_shape=[3], dilations=[2]} }",
    "(x: f16[1,2,5,5]) -> (y) {\n"
    "  y = AveragePool(x) {kernel_shape=[3, 3], strides=[2, 2], auto_pad=\"SAME_UPPER\"} }",
    "(x: bf16[1,1,3,4,5]) -> (y) {\n"
    "  y = AveragePool(x) {kernel_shape=[2, 2, 2], auto_pad=\"SAME_LOWER\"} }",
    "(x: f32[1,0,4]) -> (y) { y = AveragePool(x) {kernel_shape=[2]} }",
};

constexpr std::string_view kLpSamples[] = {
    "(x: f32[1,3,5,6]) -> (y) { y = LpPool(x) {kernel_shape=[2, 3]} }",
    "(x: f32[2,2,7,5]) -> (y) {\n"
    "  y = LpPool(x) {kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1], p=3} }",
    "(x: f64[1,2,8]) -> (y) {\n"
    "  y = LpPool(x) {kernel_shape=[3], dilations=[2], p=1, strides=[3], ceil_mode=1} }",
    "(x: f16[1,2,5,5]) -> (y) { y = LpPool(x) {kernel_shape=[2, 2], auto_pad=\"SAME_LOWER\"} }",
    "(x: bf16[1,2,5]) -> (y) { y = LpPool(x) {kernel_shape=[2]} }",
};

}  // namespace

extern const OpDef kOp_AveragePool;
constinit const OpDef kOp_AveragePool = {
    .name = "AveragePool",
    .parse = parse_average,
    .infer = infer,
    .reference = reference_average,
    .windowed = true,
};

extern const OpDef kOp_LpPool;
constinit const OpDef kOp_LpPool = {
    .name = "LpPool",
    .parse = parse_lp,
    .infer = infer,
    .reference = reference_lp,
    .windowed = true,
};

extern const OnnxOp kOnnx_AveragePool;
constinit const OnnxOp kOnnx_AveragePool = {.name = "AveragePool", .versions = kAverageVersions};

extern const OnnxOp kOnnx_LpPool;
constinit const OnnxOp kOnnx_LpPool = {
    .name = "LpPool", .versions = kLpVersions, .upgrades = kLpUpgrades};

extern const OpDoc kDoc_AveragePool;
constinit const OpDoc kDoc_AveragePool = {
    .name = "AveragePool",
    .doc =
        "The mean of the elements below each window. Padding counts as zeros with "
        "count_include_pad; what ceil_mode adds beyond it never does.",
    .samples = kAverageSamples,
};

extern const OpDoc kDoc_LpPool;
constinit const OpDoc kDoc_LpPool = {
    .name = "LpPool",
    .doc = "The p-norm of the elements below each window.",
    .samples = kLpSamples,
};

}  // namespace mote
