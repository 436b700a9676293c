// Normalizer: each row divided by its norm.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/ml/rows.h"
#include "ops/ops.h"
#include "ops/support/choices.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

enum class Norm : std::uint8_t { kMax, kL1, kL2 };

struct NormalizerParams : OpParams {
  Norm norm = Norm::kMax;
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<NormalizerParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->norm, enum_named<Norm>(r, "norm", {"MAX", "L1", "L2"}));
  MOTE_TRY(r.finish());
  return p;
}

// X: [N,C] or [C]. Y: f32 of the same sizes.
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  MOTE_TRY(row_shape(args.type(0)));
  args.set(0, {DType::kF32, args.type(0).shape});
  return {};
}

// The maximum is that of the elements, not of their magnitudes.
template <class T>
double norm_of(Norm norm, const T* x, std::int64_t count) {
  double result = norm == Norm::kMax ? -std::numeric_limits<double>::infinity() : 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto v = static_cast<double>(x[i]);
    if (norm == Norm::kMax) {
      result = std::max(result, v);
    } else {
      result += norm == Norm::kL1 ? std::abs(v) : v * v;
    }
  }
  return norm == Norm::kL2 ? std::sqrt(result) : result;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const Norm norm = static_cast<const NormalizerParams&>(*params).norm;
  const TensorView& x = args.in[0];
  MOTE_ASSIGN(const Rows rows, rows_of(x.dims));
  return with_dtype(FeatureElements(), x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    const std::int64_t grain =
        std::max<std::int64_t>(4096 / std::max<std::int64_t>(rows.features, 1), 1);
    args.workers.for_each_range(rows.count, grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        const T* from = x.as<T>() + r * rows.features;
        float* to = args.out[0].as<float>() + r * rows.features;
        const double by = norm_of(norm, from, rows.features);
        for (std::int64_t i = 0; i < rows.features; ++i) {
          const auto v = static_cast<double>(from[i]);
          to[i] = static_cast<float>(by == 0 ? v : v / by);
        }
      }
    });
    return {};
  });
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[3,4]) -> (y) { y = ai.onnx.ml.Normalizer(x) {norm=\"L2\"} }",
    "(x: f64[2,3]) -> (y) { y = ai.onnx.ml.Normalizer(x) {norm=\"L1\"} }",
    "(x: s64[5]) -> (y) { y = ai.onnx.ml.Normalizer(x) }",
    "() -> (y) { x: s32[2,2] = {0, 0, -3, 4} y = ai.onnx.ml.Normalizer(x) {norm=\"L2\"} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_Normalizer;
constinit const OpDef kOp_ai_onnx_ml_Normalizer = {.name = "Normalizer",
                                                   .domain = "ai.onnx.ml",
                                                   .parse = parse,
                                                   .infer = infer,
                                                   .reference = reference};

extern const OnnxOp kOnnx_ai_onnx_ml_Normalizer;
constinit const OnnxOp kOnnx_ai_onnx_ml_Normalizer = {
    .name = "Normalizer", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_Normalizer;
constinit const OpDoc kDoc_ai_onnx_ml_Normalizer = {
    .name = "Normalizer",
    .domain = "ai.onnx.ml",
    .doc =
        "Each row of `X` divided by its largest element, the sum of its magnitudes or its "
        "Euclidean length, unless that is 0.",
    .samples = kSamples,
};

}  // namespace mote
