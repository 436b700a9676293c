// Binarizer: 1 above a threshold, else 0.
#include "ops/ml/rows.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using ml::FeatureElements;

struct BinarizerParams : OpParams {
  double threshold = 0;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<BinarizerParams>();
  AttributeReader r(attributes);
  p->threshold = r.real("threshold", 0);
  MOTE_TRY(r.finish());
  return p;
}

// X: any shape. Y: the same type.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  args.set(0, args.type(0));
  return {};
}

Status reference(const OpParams* params, const RunArgs& args) {
  const double threshold = static_cast<const BinarizerParams&>(*params).threshold;
  const TensorView& x = args.in[0];
  return with_dtype(FeatureElements(), x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    const T* from = x.as<T>();
    T* to = args.out[0].as<T>();
    for (std::int64_t i = 0; i < x.dims.count(); ++i) {
      to[i] = static_cast<double>(from[i]) > threshold ? T(1) : T(0);
    }
    return {};
  });
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3]) -> (y) { y = ai.onnx.ml.Binarizer(x) {threshold=0.5} }",
    "(x: f64[5]) -> (y) { y = ai.onnx.ml.Binarizer(x) }",
    "(x: s64[2,2]) -> (y) { y = ai.onnx.ml.Binarizer(x) {threshold=-1.5} }",
    "(x: s32[]) -> (y) { y = ai.onnx.ml.Binarizer(x) {threshold=1.0} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_Binarizer;
constinit const OpDef kOp_ai_onnx_ml_Binarizer = {.name = "Binarizer",
                                                  .domain = "ai.onnx.ml",
                                                  .parse = parse,
                                                  .infer = infer,
                                                  .reference = reference};

extern const OnnxOp kOnnx_ai_onnx_ml_Binarizer;
constinit const OnnxOp kOnnx_ai_onnx_ml_Binarizer = {
    .name = "Binarizer", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_Binarizer;
constinit const OpDoc kDoc_ai_onnx_ml_Binarizer = {
    .name = "Binarizer",
    .domain = "ai.onnx.ml",
    .doc = "1 where `X` is above `threshold`, else 0.",
    .samples = kSamples,
};

}  // namespace mote
