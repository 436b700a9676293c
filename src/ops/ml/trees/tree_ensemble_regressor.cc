// TreeEnsembleRegressor: what the trees' leaves say of each target, put together.
#include <algorithm>

#include "base/text.h"
#include "ops/ml/trees/target_sink.h"
#include "ops/ml/trees/tree_attributes.h"
#include "ops/ops.h"
#include "ops/support/choices.h"
#include "ops/support/expect_elements.h"

namespace mote {
namespace {

using namespace ml;

Result<std::unique_ptr<const OpParams>> parse(const Attributes& attributes) {
  auto p = std::make_unique<ForestParams>();
  AttributeReader r(attributes);
  auto attributes_read = TreeAttributes::read(r, kTargetNames);
  MOTE_ASSIGN(p->aggregate,
              enum_named<Aggregate>(r, "aggregate_function", {"AVERAGE", "SUM", "MIN", "MAX"},
                                    Aggregate::kSum));
  MOTE_ASSIGN(p->transform, read_post_transform(r));
  const std::int64_t targets = r.integer("n_targets", 1);
  MOTE_TRY(r.finish());
  MOTE_ASSIGN(const TreeAttributes trees, std::move(attributes_read));
  MOTE_TRY(trees.build(targets, *p));
  MOTE_TRY(expect_base(*p));
  return p;
}

// X: [N,F]. Y: f32[N,n_targets].
Status infer(const InferArgs& args) {
  MOTE_TRY(expect_elements(args, 0, FeatureElements()));
  return infer_scores(args.params<ForestParams>(), args, 0, DType::kF32);
}

Status reference(const OpParams* params, const RunArgs& args) {
  const auto& p = static_cast<const ForestParams&>(*params);
  return evaluate_samples(FeatureElements(), p, args,
                          TargetSink<float>{p, args.out[0].as<float>()});
}

constexpr int kVersions[] = {1, 3, 5};

constexpr std::string_view kSamples[] = {
    "(x: f32[70,3]) -> (y) {\n"
    "  y = ai.onnx.ml.TreeEnsembleRegressor(x) {nodes_treeids=[0, 0, 0, 0, 0, 1],\n"
    "    nodes_nodeids=[0, 1, 2, 3, 4, 0], nodes_featureids=[0, 2, 0, 0, 0, 0],\n"
    "    nodes_values=[0.5, -1.0, 0.0, 0.0, 0.0, 0.0],\n"
    "    nodes_modes=[\"BRANCH_LEQ\", \"BRANCH_LEQ\", \"LEAF\", \"LEAF\", \"LEAF\", \"LEAF\"],\n"
    "    nodes_truenodeids=[1, 3, 0, 0, 0, 0], nodes_falsenodeids=[2, 4, 0, 0, 0, 0],\n"
    "    target_treeids=[0, 0, 0, 1], target_nodeids=[2, 3, 4, 0], target_ids=[0, 0, 0, 0],\n"
    "    target_weights=[0.25, -1.5, 3.0, 0.125], base_values=[10.0]} }",
    "(x: f64[5,2]) -> (y) {\n"
    "  y = ai.onnx.ml.TreeEnsembleRegressor(x) {n_targets=2, aggregate_function=\"MAX\",\n"
    "    nodes_treeids=[7, 7, 7], nodes_nodeids=[0, 1, 2], nodes_featureids=[1, 0, 0],\n"
    "    nodes_values_as_tensor=f64[3]{0.1, 0, 0}, nodes_modes=[\"BRANCH_GT\", \"LEAF\", "
    "\"LEAF\"],\n"
    "    nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0],\n"
    "    nodes_missing_value_tracks_true=[1, 0, 0], target_treeids=[7, 7, 7],\n"
    "    target_nodeids=[1, 1, 2], target_ids=[0, 1, 1],\n"
    "    target_weights_as_tensor=f64[3]{0.5, 1.5, -2}, post_transform=\"SOFTMAX\"} }",
    "(x: s64[4]) -> (y) {\n"
    "  y = ai.onnx.ml.TreeEnsembleRegressor(x) {nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2],\n"
    "    nodes_featureids=[3, 0, 0], nodes_values=[1.0, 0.0, 0.0],\n"
    "    nodes_modes=[\"BRANCH_EQ\", \"LEAF\", \"LEAF\"], nodes_truenodeids=[1, 0, 0],\n"
    "    nodes_falsenodeids=[2, 0, 0], target_treeids=[0, 0], target_nodeids=[1, 2],\n"
    "    target_ids=[0, 0], target_weights=[1.0, 2.0], aggregate_function=\"AVERAGE\"} }",
};

}  // namespace

extern const OpDef kOp_ai_onnx_ml_TreeEnsembleRegressor;
constinit const OpDef kOp_ai_onnx_ml_TreeEnsembleRegressor = {
    .name = "TreeEnsembleRegressor",
    .domain = "ai.onnx.ml",
    .parse = parse,
    .infer = infer,
    .reference = reference,
    .windowed = true,
};

extern const OnnxOp kOnnx_ai_onnx_ml_TreeEnsembleRegressor;
constinit const OnnxOp kOnnx_ai_onnx_ml_TreeEnsembleRegressor = {
    .name = "TreeEnsembleRegressor", .domain = "ai.onnx.ml", .versions = kVersions};

extern const OpDoc kDoc_ai_onnx_ml_TreeEnsembleRegressor;
constinit const OpDoc kDoc_ai_onnx_ml_TreeEnsembleRegressor = {
    .name = "TreeEnsembleRegressor",
    .domain = "ai.onnx.ml",
    .doc =
        "Sends each row of `X` through decision trees; the weights of the leaves it reaches, put "
        "together by `aggregate_function`, are the scores of the targets.",
    .samples = kSamples,
};

}  // namespace mote
