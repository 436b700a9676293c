// TreeEnsembleClassifier: the class whose score the trees' leaves add up to most, and all scores.
#include <algorithm>

#include "base/text.h"
#include "ops/ml/class_labels.h"
#include "ops/ml/text_outputs.h"
#include "ops/ml/trees/tree_attributes.h"
#include "ops/ops.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

struct ClassifierParams : ForestParams {
  ClassLabels labels;
  // Of two classes only one has weights: the score decides between both. Converters state binary
  // models so, by weights of class 0 that speak for class 1.
  bool binary = false;
  std::size_t scored = 0;    // the class with weights, if binary
  bool all_positive = true;  // weights: the score is a probability, else its sign decides

  double base_of(std::size_t k) const {
    if (base.size() == 1) return k == scored ? base[0] : 0;
    return base.empty() ? 0 : base[k];
  }
};

Status check_base(const ClassifierParams& p) {
  const auto size = std::ssize(p.base);
  const auto classes = p.targets();
  if (size == 0 || size == classes || (size == 1 && classes == 2)) return {};
  return Error{Code::kInvalidArgument,
               cat("base_values has ", size, " entries for ", classes, " classes")};
}

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ClassifierParams>();
  AttributeReader r(attributes);
  auto attributes_read = TreeAttributes::read(r, kClassNames);
  MOTE_ASSIGN(p->transform, read_post_transform(r));
  auto labels = ClassLabels::read(r, "classlabels_int64s", "classlabels_strings");
  MOTE_TRY(r.finish());
  MOTE_ASSIGN(const TreeAttributes trees, std::move(attributes_read));
  MOTE_ASSIGN(p->labels, std::move(labels));
  MOTE_TRY(trees.build(p->labels.count(), *p));
  MOTE_TRY(check_base(*p));
  const auto& ids = trees.weight_ids;
  p->binary = p->labels.count() == 2 && !ids.empty() &&
              std::ranges::all_of(ids, [&](std::int64_t id) { return id == ids[0]; });
  if (p->binary) p->scored = static_cast<std::size_t>(ids[0]);
  p->all_positive = std::ranges::all_of(trees.weights, [](double w) { return w >= 0; });
  return p;
}

// X: [N,F]. Y: labels [N]; Z: f32[N,classes].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  const auto& p = args.params<ClassifierParams>();
  MOTE_TRY(infer_scores(p, args, 1, DType::kF32));
  MOTE_ASSIGN(const RowShape rows, row_shape(args.type(0)));
  args.set(0, {p.labels.dtype(), Shape{rows.count}});
  return {};
}

// The class of the largest score before the transform, the first of equals. A class that no weight
// has reached takes no part.
struct ClassSink {
  template <class C>
  struct State {
    bool any = false;
    C largest = 0;
    std::int64_t class_of_largest = 0;
    C scored = 0;  // the score of a binary model
  };

  template <class C>
  void take(State<C>& state, const Scores<C>& part) const {
    for (std::size_t i = 0; i < part.scores.size(); ++i) {
      const auto k = static_cast<std::size_t>(part.first) + i;
      const C score = part.rounded(i, p.base_of(k));
      row(part.row)[k] = static_cast<float>(score);
      if (k == p.scored) state.scored = score;
      const bool takes_part = part.has[i] || !p.base.empty();
      if (!takes_part || (state.any && !(score > state.largest))) continue;
      state.any = true;
      state.largest = score;
      state.class_of_largest = static_cast<std::int64_t>(k);
    }
  }

  template <class C>
  void finish(State<C>& state, std::int64_t r) const {
    const std::span<float> scores = row(r);
    if (p.binary || scores.size() == 1) {
      const C threshold = p.binary && p.all_positive ? C(0.5) : C(0);
      p.labels.write_binary(labels, r, state.scored > threshold);
    } else {
      p.labels.write(labels, r, state.class_of_largest);
    }
    if (p.binary && p.scored == 0) {
      const auto complement = p.all_positive ? Complement::kOneMinus : Complement::kNegative;
      return score_both(p.transform, complement, static_cast<float>(state.scored), scores);
    }
    transform_scores(p.transform, scores);
  }

  std::span<float> row(std::int64_t r) const {
    const auto classes = p.targets();
    return {z + r * classes, static_cast<std::size_t>(classes)};
  }

  const ClassifierParams& p;
  const MutTensorView& labels;
  float* z;
};

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const ClassifierParams&>(*params);
  return evaluate_samples(FeatureElements(), p, args,
                          ClassSink{p, args.out[0], args.out[1].as<float>()});
}

std::uint64_t longest_text(const OpParams& params) {
  return static_cast<const ClassifierParams&>(params).labels.longest_text();
}

constexpr int kVersions[] = {1, 3, 5};

#define MOTE_STUMPS                                                                           \
  "nodes_treeids=[0, 0, 0, 1, 1, 1], nodes_nodeids=[0, 1, 2, 0, 1, 2],\n"                     \
  "    nodes_featureids=[0, 0, 0, 1, 0, 0], nodes_values=[0.5, 0.0, 0.0, -1.0, 0.0, 0.0],\n"  \
  "    nodes_modes=[\"BRANCH_LT\", \"LEAF\", \"LEAF\", \"BRANCH_LT\", \"LEAF\", \"LEAF\"],\n" \
  "    nodes_truenodeids=[1, 0, 0, 1, 0, 0], nodes_falsenodeids=[2, 0, 0, 2, 0, 0],\n"        \
  "    class_treeids=[0, 0, 1, 1], class_nodeids=[1, 2, 1, 2],\n"

constexpr std::string_view kSamples[] = {
    "(x: f32[70,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.TreeEnsembleClassifier(x) {" MOTE_STUMPS
    "    class_ids=[0, 1, 2, 1], class_weights=[0.5, -1.0, 2.0, 0.25],\n"
    "    classlabels_int64s=[10, 20, 30], base_values=[0.1, 0.2, 0.3],\n"
    "    post_transform=\"SOFTMAX\"} }",
    "(x: f64[5,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.TreeEnsembleClassifier(x) {" MOTE_STUMPS
    "    class_ids=[0, 0, 0, 0], class_weights_as_tensor=f64[4]{0.1, 0.3, 0.4, 0.25},\n"
    "    classlabels_int64s=[-1, 1]} }",
    "(x: s32[5,2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.TreeEnsembleClassifier(x) {" MOTE_STUMPS
    "    class_ids=[0, 0, 0, 0], class_weights=[-0.5, 1.0, 2.0, -3.0],\n"
    "    classlabels_int64s=[0, 1], post_transform=\"LOGISTIC\", base_values=[0.25]} }",
    "(x: f32[2]) -> (y, z) {\n"
    "  y, z = ai.onnx.ml.TreeEnsembleClassifier(x) {" MOTE_STUMPS
    "    class_ids=[0, 1, 0, 1], class_weights=[0.5, 1.0, 2.0, 3.0],\n"
    "    classlabels_strings=[\"no\", \"yes\"], post_transform=\"SOFTMAX_ZERO\"} }",
};
#undef MOTE_STUMPS

}  // namespace

extern const OpDef kOp_ai_onnx_ml_TreeEnsembleClassifier;
constinit const OpDef kOp_ai_onnx_ml_TreeEnsembleClassifier = {
    .name = "TreeEnsembleClassifier",
    .domain = "ai.onnx.ml",
    .min_outputs = 2,
    .max_outputs = 2,
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .compute = compute_texts<infer, reference, longest_text>,
    .windowed = true,
};

extern const OnnxOp kOnnx_ai_onnx_ml_TreeEnsembleClassifier;
constinit const OnnxOp kOnnx_ai_onnx_ml_TreeEnsembleClassifier = {
    .name = "TreeEnsembleClassifier", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_TreeEnsembleClassifier;
constinit const OpDoc kDoc_ai_onnx_ml_TreeEnsembleClassifier = {
    .name = "TreeEnsembleClassifier",
    .domain = "ai.onnx.ml",
    .doc =
        "Sends each row of `X` through decision trees; the weights of the leaves it reaches add "
        "up to the scores of the classes, and the class of the largest is its label. With two "
        "labels and weights for one class only, the score decides: above 0.5 where all weights "
        "are positive, above 0 otherwise.",
    .samples = kSamples,
};

}  // namespace mote
