// ArrayFeatureExtractor: chosen columns of the last dimension.
#include "base/text.h"
#include "ops/ops.h"
#include "ops/support/copy.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using ChosenElements = Elements<float, double, std::int64_t, std::int32_t, std::string>;

// X: [..., F]; Y: s64, any shape. Z: [..., elements of Y]; of one dimension, [1, elements of Y].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, ChosenElements()));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS64}));
  const TensorType& x = args.type(0);
  if (!x.shape) {
    args.set(0, {x.dtype, std::nullopt});
    return {};
  }
  if (x.shape->empty()) return Error{Code::kInvalidArgument, "X has no dimension to choose from"};
  Dim chosen;
  if (args.type(1).shape) {
    MOTE_ASSIGN(chosen, product(*args.type(1).shape));
  }
  Shape shape = *x.shape;
  if (shape.size() == 1) {
    shape = {1, chosen};
  } else {
    shape.back() = chosen;
  }
  args.set(0, {x.dtype, std::move(shape)});
  return {};
}

Status check_indices(const TensorView& y, std::int64_t features) {
  for (std::int64_t i = 0; i < y.dims.count(); ++i) {
    const std::int64_t index = y.as<std::int64_t>()[i];
    if (index >= 0 && index < features) continue;
    return Error{Code::kInvalidArgument,
                 cat("index ", index, " at ", i, " of Y is outside [0, ", features, ")")};
  }
  return {};
}

Status reference(const OpParams*, const RunArgs& args) {
  const TensorView& x = args.in[0];
  const TensorView& y = args.in[1];
  const std::int64_t features = x.dims[x.dims.rank() - 1];
  const std::int64_t rows = x.dims.count(0, x.dims.rank() - 1);
  const std::int64_t chosen = y.dims.count();
  MOTE_TRY(check_indices(y, features));
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t i = 0; i < chosen; ++i) {
      copy_range(x, r * features + y.as<std::int64_t>()[i], args.out[0], r * chosen + i, 1);
    }
  }
  return {};
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[2,3,4]) -> (z) { y: s64[2] = {3, 1} z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }",
    "(x: s32[4]) -> (z) { y: s64[1,2] = {0, 0} z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }",
    "(x: f64[2,3]) -> (z) { y: s64[] = {2} z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }",
    "(x: s64[2,3]) -> (z) { y: s64[0] = {} z = ai.onnx.ml.ArrayFeatureExtractor(x, y) }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_ArrayFeatureExtractor;
constinit const OpDef kOp_ai_onnx_ml_ArrayFeatureExtractor = {.name = "ArrayFeatureExtractor",
                                                              .domain = "ai.onnx.ml",
                                                              .min_inputs = 2,
                                                              .max_inputs = 2,
                                                              .infer = infer,
                                                              .reference = reference};

extern const OnnxOp kOnnx_ai_onnx_ml_ArrayFeatureExtractor;
constinit const OnnxOp kOnnx_ai_onnx_ml_ArrayFeatureExtractor = {
    .name = "ArrayFeatureExtractor", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_ArrayFeatureExtractor;
constinit const OpDoc kDoc_ai_onnx_ml_ArrayFeatureExtractor = {
    .name = "ArrayFeatureExtractor",
    .domain = "ai.onnx.ml",
    .doc = "The elements of the last dimension of `X` at the indices `Y`.",
    .samples = kSamples,
};

}  // namespace mote
