// SVMRegressor: a weighted sum of how alike the sample is to each support vector.
#include "base/text.h"
#include "ops/ml/linear/svm.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

struct RegressorParams : SvmParams {
  bool one_class = false;  // the sign alone: inside or outside

  std::int64_t sample_features() const {
    return vectors > 0 ? features() : std::ssize(coefficients);
  }
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<RegressorParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_svm(r, *p));
  p->vectors = r.integer("n_supports", 0);
  p->one_class = r.flag("one_class", false);
  MOTE_TRY(r.finish());
  if (p->vectors < 0) {
    return Error{Code::kInvalidArgument, cat("n_supports ", p->vectors, " is negative")};
  }
  MOTE_TRY(check_vectors(*p));
  if (p->vectors > 0 && std::ssize(p->coefficients) != p->vectors) {
    return Error{Code::kInvalidArgument, cat("coefficients has ", p->coefficients.size(),
                                             " entries for ", p->vectors, " support vectors")};
  }
  if (p->rho.empty()) p->rho = {0};
  return p;
}

// X: [N,F]. Y: f32[N,1].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  MOTE_ASSIGN(const RowShape rows, row_shape(args.type(0)));
  if (rows.features.known()) {
    MOTE_TRY(expect_svm_features(args.params<RegressorParams>().sample_features(),
                                 rows.features.size()));
  }
  args.set(0, {DType::kF32, Shape{rows.count, 1}});
  return {};
}

template <class X>
double score(const RegressorParams& p, const X* x) {
  if (p.vectors == 0) {
    return dot(x, p.coefficients.data(), p.sample_features()) + double{p.rho[0]};
  }
  double sum = p.rho[0];
  for (std::int64_t v = 0; v < p.vectors; ++v) {
    sum += p.similarity(x, v) * double{p.coefficients[static_cast<std::size_t>(v)]};
  }
  return sum;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const RegressorParams&>(*params);
  const TensorView& x = args.in[0];
  MOTE_ASSIGN(const Rows rows, rows_of(x.dims));
  MOTE_TRY(expect_svm_features(p.sample_features(), rows.features));
  return with_dtype(FeatureElements(), x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    args.workers.for_each_range(rows.count, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        float& y = args.out[0].as<float>()[r];
        y = static_cast<float>(score(p, x.as<T>() + r * rows.features));
        if (p.one_class) y = y > 0 ? 1.0F : -1.0F;
        if (!p.one_class) transform_scores(p.transform, std::span(&y, 1));
      }
    });
    return {};
  });
}

std::int64_t macs(const PrepareArgs& args) {
  const auto& p = args.params<RegressorParams>();
  const auto rows = rows_of(args.in_dims(0));
  return rows ? macs_of(rows->count, std::ssize(p.support_vectors) + std::ssize(p.coefficients))
              : 0;
}

constexpr int kVersions[] = {1};

constexpr std::string_view kSamples[] = {
    "(x: f32[5,2]) -> (y) {\n"
    "  y = ai.onnx.ml.SVMRegressor(x) {kernel_type=\"RBF\", kernel_params=[0.5, 0.0, 0.0],\n"
    "    n_supports=2, support_vectors=[0.5, 1.0, -1.0, 2.0], coefficients=[0.75, -2.0],\n"
    "    rho=[0.25]} }",
    "(x: f64[2,1]) -> (y) {\n"
    "  y = ai.onnx.ml.SVMRegressor(x) {kernel_type=\"POLY\", kernel_params=[0.5, 1.0, 3.0],\n"
    "    n_supports=2, support_vectors=[0.5, 1.0], coefficients=[0.75, -2.0], rho=[0.25],\n"
    "    one_class=1} }",
    "(x: s64[3,2]) -> (y) {\n"
    "  y = ai.onnx.ml.SVMRegressor(x) {kernel_type=\"SIGMOID\", kernel_params=[0.5, 1.0, 0.0],\n"
    "    n_supports=1, support_vectors=[0.5, 1.0], coefficients=[0.75]} }",
    "(x: s32[2]) -> (y) {\n"
    "  y = ai.onnx.ml.SVMRegressor(x) {coefficients=[0.75, 2.0], rho=[0.25]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_SVMRegressor;
constinit const OpDef kOp_ai_onnx_ml_SVMRegressor = {.name = "SVMRegressor",
                                                     .domain = "ai.onnx.ml",
                                                     .parse = parse,
                                                     .infer = infer,
                                                     .reference = reference,
                                                     .macs = macs};

extern const OnnxOp kOnnx_ai_onnx_ml_SVMRegressor;
constinit const OnnxOp kOnnx_ai_onnx_ml_SVMRegressor = {
    .name = "SVMRegressor", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_SVMRegressor;
constinit const OpDoc kDoc_ai_onnx_ml_SVMRegressor = {
    .name = "SVMRegressor",
    .domain = "ai.onnx.ml",
    .doc =
        "For each row of `X` the sum over the support vectors of how alike both are, by the "
        "kernel, "
        "times `coefficients`, and `rho`; its sign alone if `one_class`.",
    .samples = kSamples,
};

}  // namespace mote
