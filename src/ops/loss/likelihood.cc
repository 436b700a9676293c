// NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss: how unlikely the right classes were.
#include "base/text.h"
#include "ops/decomposition.h"
#include "ops/ops.h"
#include "ops/support/choices.h"
#include "ops/support/expect_elements.h"
#include "ops/support/indices.h"
#include "ops/support/real.h"
#include "ops/support/shapes.h"

namespace mote {
namespace {

enum class LossReduction : std::uint8_t { kMean, kSum, kNone };

constexpr std::string_view kReductions[] = {"mean", "sum", "none"};

struct LossParams : OpParams {
  LossReduction reduction = LossReduction::kMean;
  std::optional<std::int64_t> ignore_index;

  bool reduces() const { return reduction != LossReduction::kNone; }
};

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<LossParams>();
  AttributeReader r(attributes);
  MOTE_ASSIGN(p->reduction, enum_named<LossReduction>(r, "reduction", {"mean", "sum", "none"}));
  if (r.has("ignore_index")) p->ignore_index = r.integer("ignore_index", 0);
  MOTE_TRY(r.finish());
  return p;
}

// input: [N, C, D...]; target: [N, D...], s32 or s64; weight: [C], optional. loss: as target, or a
// scalar.
Status infer(const InferArgs& args) {
  const auto& p = args.params<LossParams>();
  MOTE_TRY(expect_elements(args, 0, FloatElements{}));
  MOTE_TRY(expect_dtype(args, 1, {DType::kS32, DType::kS64}));
  MOTE_ASSIGN(const DType dtype, shared_dtype(args, {0, 2}));
  MOTE_TRY(expect_vector(args, 2, size_of(args, 0, 1), "weight"));
  std::optional<Shape> places = args.type(1).shape;
  if (args.type(0).shape) {
    Shape input = *args.type(0).shape;
    if (input.size() < 2) {
      return Error{Code::kInvalidArgument, cat("input has rank ", input.size(), ", less than 2")};
    }
    input.erase(input.begin() + 1);
    auto merged = merge({DType::kUndefined, std::move(input)}, {DType::kUndefined, places});
    if (!merged) return std::move(merged).error().with_context("input and target");
    places = merged->shape;
  }
  args.set(0, {dtype, p.reduces() ? Shape() : std::move(places)});
  return {};
}

// The weight of place i, whose class is `label`; 0 where it is ignored.
// Errors: kInvalidArgument: no such class.
Result<double> weight_of(const LossParams& p, const RunArgs& args, std::int64_t label) {
  if (label == p.ignore_index) return 0.0;
  const std::int64_t classes = args.in[0].dims[1];
  if (label < 0 || label >= classes) {
    return Error{Code::kInvalidArgument,
                 cat("target ", label, " is outside [0, ", classes - 1, "]")};
  }
  const TensorView weight = optional_input(args, 2);
  return weight ? load_real(weight, label) : 1.0;
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = *static_cast<const LossParams*>(params);
  const Dims& dims = args.in[0].dims;
  const std::int64_t inner = dims.count(2, dims.rank());
  double sum = 0, weights = 0;
  for (std::int64_t i = 0; i < args.in[1].dims.count(); ++i) {
    const std::int64_t label = load_integer(args.in[1], i);
    MOTE_ASSIGN(const double weight, weight_of(p, args, label));
    double loss = 0;
    if (label != p.ignore_index) {
      const std::int64_t at = (i / inner * dims[1] + label) * inner + i % inner;
      loss = -load_real(args.in[0], at) * weight;
    }
    if (!p.reduces()) store_real(args.out[0], i, loss);
    sum += loss;
    weights += weight;
  }
  // The mean of nothing is NaN.
  if (p.reduces())
    store_real(args.out[0], 0, p.reduction == LossReduction::kMean ? sum / weights : sum);
  return {};
}

Status cross_entropy(Decomposition& d) {
  const auto& p = d.params<LossParams>();
  const auto reduction = std::string(kReductions[static_cast<std::size_t>(p.reduction)]);
  Attributes attributes{{"reduction", reduction}};
  if (p.ignore_index) attributes.set("ignore_index", *p.ignore_index);
  const ValueId log_prob = d.add("LogSoftmax", {d.in(0)}, {{"axis", std::int64_t{1}}});
  d.yield(0, d.add("NegativeLogLikelihoodLoss", {log_prob, d.in(1), d.in(2)}, attributes));
  d.yield(1, log_prob);
  return d.status();
}

constexpr int kLikelihoodVersions[] = {12, 13, 22};
constexpr int kCrossEntropyVersions[] = {12, 13};

constexpr std::string_view kLikelihoodSamples[] = {
    "(x: f32[3,5]) -> (y) { t: s64[3] = {1, 0, 4} y = NegativeLogLikelihoodLoss(x, t) }",
    "(x: f32[2,3,2], w: f32[3]) -> (y) { t: s32[2,2] = {2, 1, 0, 2}\n"
    "  y = NegativeLogLikelihoodLoss(x, t, w) {reduction=\"none\"} }",
    "(x: f64[2,3,2,1], w: f64[3]) -> (y) { t: s64[2,2,1] = {2, -1, 0, 2}\n"
    "  y = NegativeLogLikelihoodLoss(x, t, w) {reduction=\"sum\", ignore_index=-1} }",
    "(x: f16[2,3], w: f16[3]) -> (y) { t: s64[2] = {2, 9}\n"
    "  y = NegativeLogLikelihoodLoss(x, t, w) {ignore_index=9} }",
    "(x: bf16[2,3]) -> (y) { t: s64[2] = {2, 0} y = NegativeLogLikelihoodLoss(x, t) }",
    "(x: f32[0,3]) -> (y) { t: s64[0] = {} y = NegativeLogLikelihoodLoss(x, t) }",
};
constexpr std::string_view kCrossEntropySamples[] = {
    "(x: f32[3,5]) -> (y) { t: s64[3] = {1, 0, 4} y = SoftmaxCrossEntropyLoss(x, t) }",
    "(x: f32[2,3,2], w: f32[3]) -> (y, l) { t: s32[2,2] = {2, 1, 0, 2}\n"
    "  y, l = SoftmaxCrossEntropyLoss(x, t, w) {reduction=\"none\"} }",
    "(x: f64[2,3,2], w: f64[3]) -> (l) { t: s64[2,2] = {2, 1, 0, 5}\n"
    "  y, l = SoftmaxCrossEntropyLoss(x, t, w) {reduction=\"sum\", ignore_index=5} }",
    "(x: f16[2,3]) -> (y, l) { t: s64[2] = {2, 0} y, l = SoftmaxCrossEntropyLoss(x, t) }",
    "(x: bf16[2,3]) -> (y) { t: s64[2] = {2, 0} y = SoftmaxCrossEntropyLoss(x, t) }",
};

}  // namespace

extern const OpDef kOp_NegativeLogLikelihoodLoss;
constinit const OpDef kOp_NegativeLogLikelihoodLoss = {
    .name = "NegativeLogLikelihoodLoss",
    .min_inputs = 2,
    .max_inputs = 3,
    .parse = parse,
    .infer = infer,
    .reference = reference,
};
extern const OpDef kOp_SoftmaxCrossEntropyLoss;
constinit const OpDef kOp_SoftmaxCrossEntropyLoss = {
    .name = "SoftmaxCrossEntropyLoss",
    .min_inputs = 2,
    .max_inputs = 3,
    .max_outputs = 2,
    .parse = parse,
    .infer = infer_decomposed<cross_entropy>,
    .decompose = cross_entropy,
};

extern const OnnxOp kOnnx_NegativeLogLikelihoodLoss;
constinit const OnnxOp kOnnx_NegativeLogLikelihoodLoss = {.name = "NegativeLogLikelihoodLoss",
                                                          .versions = kLikelihoodVersions};
extern const OnnxOp kOnnx_SoftmaxCrossEntropyLoss;
constinit const OnnxOp kOnnx_SoftmaxCrossEntropyLoss = {.name = "SoftmaxCrossEntropyLoss",
                                                        .versions = kCrossEntropyVersions};

extern const OpDoc kDoc_NegativeLogLikelihoodLoss;
constinit const OpDoc kDoc_NegativeLogLikelihoodLoss = {
    .name = "NegativeLogLikelihoodLoss",
    .doc =
        "The negative elements of `input`, logarithms of probabilities, that `target` names along "
        "dimension 1, times the `weight` of their class: each, their sum, or their sum divided by "
        "that of the weights. What is `ignore_index` counts for nothing.",
    .samples = kLikelihoodSamples,
};
extern const OpDoc kDoc_SoftmaxCrossEntropyLoss;
constinit const OpDoc kDoc_SoftmaxCrossEntropyLoss = {
    .name = "SoftmaxCrossEntropyLoss",
    .doc =
        "NegativeLogLikelihoodLoss of LogSoftmax(`scores`) along dimension 1, which is "
        "`log_prob`.",
    .samples = kCrossEntropySamples,
};

}  // namespace mote
