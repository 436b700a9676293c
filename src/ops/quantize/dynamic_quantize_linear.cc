// DynamicQuantizeLinear: reals as u8, with the scale and zero point that their range asks for.
#include <algorithm>
#include <limits>

#include "ops/ops.h"
#include "ops/quantize/quantized.h"
#include "ops/support/axes.h"

namespace mote {
namespace {

// x: f32, any shape. y: u8, as x; y_scale: f32[]; y_zero_point: u8[].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_dtype(args, 0, {DType::kF32}));
  args.set(0, {DType::kU8, args.type(0).shape});
  args.set(1, {DType::kF32, Shape()});
  args.set(2, {DType::kU8, Shape()});
  return {};
}

struct Extent {
  float low = 0.0F;
  float high = 0.0F;
};

// Zero is always within; NaN never.
Extent extent_of(const float* x, std::int64_t n) {
  Extent e;
  for (std::int64_t i = 0; i < n; ++i) {
    if (x[i] < e.low) e.low = x[i];
    if (x[i] > e.high) e.high = x[i];
  }
  return e;
}

Status reference(const OpParams*, const RunArgs& args) {
  constexpr IntegerRange kRange{0, 255};
  const auto* x = args.in[0].as<float>();
  const std::int64_t n = args.in[0].dims.count();
  const Extent e = extent_of(x, n);
  const float width = e.high == e.low ? 1.0F : e.high - e.low;
  const float scale = width / 255.0F;
  const std::int32_t zero_point = quantized(0.0F - e.low / scale, 0, kRange);
  *args.out[1].as<float>() = scale;
  *args.out[2].as<std::uint8_t>() = static_cast<std::uint8_t>(zero_point);
  auto* y = args.out[0].as<std::uint8_t>();
  constexpr std::int64_t kGrain = 4096;
  args.workers.for_each_range(n, kGrain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      y[i] = static_cast<std::uint8_t>(quantized(x[i] / scale, zero_point, kRange));
    }
  });
  return {};
}

constexpr int kVersions[] = {11};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,5]) -> (y, s, z) { y, s, z = DynamicQuantizeLinear(x) }",
    "() -> (y, s, z) { x: f32[4] = {1, nan, 3, inf} y, s, z = DynamicQuantizeLinear(x) }",
    "() -> (y, s, z) { x: f32[2] = {0, 0} y, s, z = DynamicQuantizeLinear(x) }",
    "(x: f32[0]) -> (y, s, z) { y, s, z = DynamicQuantizeLinear(x) }",
};

}  // namespace

extern const OpDef kOp_DynamicQuantizeLinear;
constinit const OpDef kOp_DynamicQuantizeLinear = {
    .name = "DynamicQuantizeLinear",
    .min_outputs = 3,
    .max_outputs = 3,
    .infer = infer,
    .reference = reference,
};

extern const OnnxOp kOnnx_DynamicQuantizeLinear;
constinit const OnnxOp kOnnx_DynamicQuantizeLinear = {.name = "DynamicQuantizeLinear",
                                                      .versions = kVersions};

extern const OpDoc kDoc_DynamicQuantizeLinear;
constinit const OpDoc kDoc_DynamicQuantizeLinear = {
    .name = "DynamicQuantizeLinear",
    .doc =
        "`x` quantized to u8, with the scale and the zero point that map its range, widened to "
        "hold 0, to [0, 255]. NaN is left out of the range and gives the zero point.",
    .samples = kSamples,
};

}  // namespace mote
