// LinearClassifier and LinearRegressor: scores are weighted sums of the features.
#include <algorithm>

#include "base/text.h"
#include "ops/ml/class_labels.h"
#include "ops/ml/linear/dot.h"
#include "ops/ml/post_transform.h"
#include "ops/ml/rows.h"
#include "ops/ml/text_outputs.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

struct LinearParams : OpParams {
  std::vector<float> coefficients;  // [scores, features]
  std::vector<float> intercepts;    // [scores], or empty
  PostTransform transform = PostTransform::kNone;
};

struct RegressorParams : LinearParams {
  std::int64_t targets = 1;
};

struct ClassifierParams : LinearParams {
  ClassLabels labels;

  // Without intercepts, the coefficients tell how many classes have scores.
  Dim scores(const Dim& features) const {
    if (!intercepts.empty()) return std::ssize(intercepts);
    if (!features.known() || features.size() == 0) return {};
    return std::ssize(coefficients) / features.size();
  }
  // Of two classes one score is enough.
  bool binary(std::int64_t scores) const { return scores == 1 && labels.count() == 2; }
};

Status check_coefficients(const LinearParams& p, std::int64_t scores, std::int64_t features) {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(scores, features, &product) &&
      product == std::ssize(p.coefficients)) {
    return {};
  }
  return Error{Code::kInvalidArgument,
               cat("there are ", p.coefficients.size(), " coefficients for ", scores, " scores of ",
                   features, " features")};
}

template <class P>
Status read_linear(AttributeReader& r, P& p) {
  p.coefficients = r.reals("coefficients", {});
  p.intercepts = r.reals("intercepts", {});
  MOTE_ASSIGN(p.transform, read_post_transform(r));
  return {};
}

// Calls f(row, its scores) for each row; scores are written to z, `width` apart.
template <class F>
Status for_each_sample(const LinearParams& p, const RunArgs& args, std::int64_t scores,
                       const MutTensorView& z, std::int64_t width, const F& f) {
  const TensorView& x = args.in[0];
  MOTE_ASSIGN(const Rows rows, rows_of(x.dims));
  MOTE_TRY(check_coefficients(p, scores, rows.features));
  const std::int64_t cost = std::max<std::int64_t>(std::ssize(p.coefficients), 1);
  const std::int64_t grain = std::max<std::int64_t>((1 << 14) / cost, 1);
  return with_dtype(FeatureElements(), x.dtype, [&](auto element) -> Status {
    using T = decltype(element);
    args.workers.for_each_range(rows.count, grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        float* to = z.as<float>() + r * width;
        for (std::int64_t k = 0; k < scores; ++k) {
          const double sum = dot(x.as<T>() + r * rows.features,
                                 p.coefficients.data() + k * rows.features, rows.features);
          const auto at = static_cast<std::size_t>(k);
          to[k] = static_cast<float>(sum + (p.intercepts.empty() ? 0.0 : p.intercepts[at]));
        }
        f(r, std::span(to, static_cast<std::size_t>(scores)));
      }
    });
    return {};
  });
}

std::int64_t macs(const PrepareArgs& args) {
  const auto rows = rows_of(args.in_dims(0));
  return rows ? macs_of(rows->count, std::ssize(args.params<LinearParams>().coefficients)) : 0;
}

// -- LinearRegressor

Result<std::unique_ptr<const OpParams>> parse_regressor(const Attributes& attributes) {
  auto p = std::make_unique<RegressorParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_linear(r, *p));
  p->targets = r.integer("targets", 1);
  MOTE_TRY(r.finish());
  if (p->targets < 1) {
    return Error{Code::kInvalidArgument, cat("targets ", p->targets, " is not positive")};
  }
  if (!p->intercepts.empty() && std::ssize(p->intercepts) != p->targets) {
    return Error{Code::kInvalidArgument, cat("intercepts has ", p->intercepts.size(),
                                             " entries for ", p->targets, " targets")};
  }
  return p;
}

// X: [N,F]. Y: f32[N,targets].
Status infer_regressor(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  const auto& p = args.params<RegressorParams>();
  MOTE_ASSIGN(const RowShape rows, row_shape(args.type(0)));
  if (rows.features.known()) MOTE_TRY(check_coefficients(p, p.targets, rows.features.size()));
  args.set(0, {DType::kF32, Shape{rows.count, p.targets}});
  return {};
}

Status run_regressor(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const RegressorParams&>(*params);
  return for_each_sample(
      p, args, p.targets, args.out[0], p.targets,
      [&](std::int64_t, std::span<float> scores) { transform_scores(p.transform, scores); });
}

// -- LinearClassifier

Result<std::unique_ptr<const OpParams>> parse_classifier(const Attributes& attributes) {
  auto p = std::make_unique<ClassifierParams>();
  AttributeReader r(attributes);
  MOTE_TRY(read_linear(r, *p));
  auto labels = ClassLabels::read(r, "classlabels_ints", "classlabels_strings");
  r.integer("multi_class", 0);  // how it was trained: no part of the answer
  MOTE_TRY(r.finish());
  MOTE_ASSIGN(p->labels, std::move(labels));
  return p;
}

Status check_labels(const ClassifierParams& p, std::int64_t scores) {
  if (scores == p.labels.count() || p.binary(scores)) return {};
  return Error{Code::kInvalidArgument,
               cat("there are ", p.labels.count(), " labels for ", scores, " scores")};
}

// X: [N,F]. Y: labels [N]; Z: f32[N,scores].
Status infer_classifier(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  const auto& p = args.params<ClassifierParams>();
  MOTE_ASSIGN(const RowShape rows, row_shape(args.type(0)));
  Dim scores = p.scores(rows.features);
  if (scores.known()) {
    MOTE_TRY(check_labels(p, scores.size()));
    if (rows.features.known()) {
      MOTE_TRY(check_coefficients(p, scores.size(), rows.features.size()));
    }
    if (p.binary(scores.size())) scores = 2;
  }
  args.set(0, {p.labels.dtype(), Shape{rows.count}});
  args.set(1, {DType::kF32, Shape{rows.count, scores}});
  return {};
}

Status run_classifier(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const ClassifierParams&>(*params);
  MOTE_ASSIGN(const Rows rows, rows_of(args.in[0].dims));
  const std::int64_t scores = p.scores(rows.features).size();
  MOTE_TRY(check_labels(p, scores));
  const bool binary = p.binary(scores);
  return for_each_sample(
      p, args, scores, args.out[1], binary ? 2 : scores, [&](std::int64_t r, std::span<float> z) {
        if (scores == 1) {
          p.labels.write_binary(args.out[0], r, z[0] > 0);
        } else {
          p.labels.write(args.out[0], r, std::ranges::max_element(z) - z.begin());
        }
        if (binary) {
          score_both(p.transform, Complement::kOneMinus, z[0], std::span(z.data(), 2));
        } else {
          transform_scores(p.transform, z);
        }
      });
}

std::uint64_t longest_text(const OpParams& params) {
  return static_cast<const ClassifierParams&>(params).labels.longest_text();
}

constexpr int kVersions[] = {1};

constexpr std::string_view kRegressorSamples[] = {
    "(x: f32[70,3]) -> (y) {\n"
    "  y = ai.onnx.ml.LinearRegressor(x) {coefficients=[0.5, -1.0, 2.0], intercepts=[0.25]} }",
    "(x: f64[2,2]) -> (y) {\n"
    "  y = ai.onnx.ml.LinearRegressor(x) {coefficients=[0.5, -1.0, 2.0, 1.0], targets=2,\n"
    "    post_transform=\"SOFTMAX\"} }",
    "(x: s64[5]) -> (y) {\n"
    "  y = ai.onnx.ml.LinearRegressor(x) {coefficients=[0.5, -1.0, 2.0, 1.0, 3.0]} }",
};
constexpr std::string_view kClassifierSamples[] = {
    "(x: f32[70,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.LinearClassifier(x) {coefficients=[0.5, -1.0, 2.0, 1.0, 0.1, 0.2],\n"
    "    intercepts=[0.1, 0.2, 0.3], classlabels_ints=[5, 6, 7], post_transform=\"SOFTMAX\"} }",
    "(x: f64[3,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.LinearClassifier(x) {coefficients=[0.5, -1.0], intercepts=[0.1],\n"
    "    classlabels_ints=[5, 6], post_transform=\"LOGISTIC\"} }",
    "(x: s32[3,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.LinearClassifier(x) {coefficients=[0.5, -1.0, 0.1, 0.2],\n"
    "    classlabels_strings=[\"a\", \"b\"]} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_LinearRegressor;
constinit const OpDef kOp_ai_onnx_ml_LinearRegressor = {.name = "LinearRegressor",
                                                        .domain = "ai.onnx.ml",
                                                        .parse = parse_regressor,
                                                        .infer = infer_regressor,
                                                        .reference = run_regressor,
                                                        .macs = macs};
extern const OpDef kOp_ai_onnx_ml_LinearClassifier;
constinit const OpDef kOp_ai_onnx_ml_LinearClassifier = {
    .name = "LinearClassifier",
    .domain = "ai.onnx.ml",
    .min_outputs = 2,
    .max_outputs = 2,
    .parse = parse_classifier,
    .infer = infer_classifier,
    .reference = run_classifier,
    .compute = compute_texts<infer_classifier, run_classifier, longest_text>,
    .macs = macs};

extern const OnnxOp kOnnx_ai_onnx_ml_LinearRegressor;
constinit const OnnxOp kOnnx_ai_onnx_ml_LinearRegressor = {
    .name = "LinearRegressor", .domain = "ai.onnx.ml", .versions = kVersions};
extern const OnnxOp kOnnx_ai_onnx_ml_LinearClassifier;
constinit const OnnxOp kOnnx_ai_onnx_ml_LinearClassifier = {
    .name = "LinearClassifier", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_LinearRegressor;
constinit const OpDoc kDoc_ai_onnx_ml_LinearRegressor = {
    .name = "LinearRegressor",
    .domain = "ai.onnx.ml",
    .doc =
        "For each row of `X` and each target the sum of the features times `coefficients`, and "
        "its intercept.",
    .samples = kRegressorSamples,
};
extern const OpDoc kDoc_ai_onnx_ml_LinearClassifier;
constinit const OpDoc kDoc_ai_onnx_ml_LinearClassifier = {
    .name = "LinearClassifier",
    .domain = "ai.onnx.ml",
    .doc =
        "For each row of `X` and each class the sum of the features times `coefficients`, and its "
        "intercept; the class of the largest is the label. With two labels and one score, the "
        "second label stands for a score above 0.",
    .samples = kClassifierSamples,
};

}  // namespace mote
