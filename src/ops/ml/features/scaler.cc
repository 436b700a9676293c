// Scaler: features moved and scaled.
#include "base/text.h"
#include "ops/ml/features/by_feature.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

struct ScalerParams : OpParams {
  std::vector<float> offset;
  std::vector<float> scale;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ScalerParams>();
  AttributeReader r(attributes);
  p->offset = r.reals("offset", {0});
  p->scale = r.reals("scale", {1});
  MOTE_TRY(r.finish());
  return p;
}

// X: [..., F]. Y: f32 of the same sizes.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  const auto& p = args.params<ScalerParams>();
  MOTE_TRY(expect_per_feature(args, "offset", p.offset.size()));
  MOTE_TRY(expect_per_feature(args, "scale", p.scale.size()));
  args.set(0, {DType::kF32, args.type(0).shape});
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const ScalerParams&>(*params);
  const TensorView& x = args.in[0];
  const std::size_t features = features_of(x.dims);
  MOTE_TRY(expect_per_feature("offset", p.offset.size(), features));
  MOTE_TRY(expect_per_feature("scale", p.scale.size(), features));
  return with_dtype(FeatureElements(), x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    using C = std::conditional_t<std::is_same_v<T, double>, double, float>;
    const PerFeature offset(p.offset), scale(p.scale);
    float* y = args.out[0].as<float>();
    for_each_feature(x.dims, args.workers, [&](std::int64_t i, std::size_t f) {
      const C moved = static_cast<C>(x.as<T>()[i]) - offset[f];
      y[i] = static_cast<float>(moved * scale[f]);
    });
    return {};
  });
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,2]) -> (y) {\n"
    "  y = ai.onnx.ml.Scaler(x) {offset=[0.5, -1.0], scale=[2.0, 0.25]} }",
    "(x: f64[2,2,3]) -> (y) { y = ai.onnx.ml.Scaler(x) {offset=[1.0], scale=[0.1]} }",
    "(x: s64[4]) -> (y) { y = ai.onnx.ml.Scaler(x) {offset=[1.0], scale=[0.5]} }",
    "(x: s32[0,2]) -> (y) { y = ai.onnx.ml.Scaler(x) {scale=[0.5, 2.0]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_Scaler;
constinit const OpDef kOp_ai_onnx_ml_Scaler = {.name = "Scaler",
                                               .domain = "ai.onnx.ml",
                                               .parse = parse,
                                               .infer = infer,
                                               .reference = reference};

extern const OnnxOp kOnnx_ai_onnx_ml_Scaler;
constinit const OnnxOp kOnnx_ai_onnx_ml_Scaler = {
    .name = "Scaler", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_Scaler;
constinit const OpDoc kDoc_ai_onnx_ml_Scaler = {
    .name = "Scaler",
    .domain = "ai.onnx.ml",
    .doc = "(`X` - `offset`) * `scale`, each one number or one for each feature.",
    .samples = kSamples,
};

}  // namespace mote
