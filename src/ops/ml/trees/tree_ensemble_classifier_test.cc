// TreeEnsembleClassifier: labels and scores of one, two and more classes.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;

// Leaf 1 for x <= 0, leaf 2 for others; `weights` in this order.
std::string stump(std::string_view ids, std::string_view weights, std::string_view more,
                  std::string_view leaves = "1, 2") {
  const std::string trees = leaves.size() > 4 ? "0, 0, 0, 0" : "0, 0";
  return cat("() -> (y, z) { x: f32[2,1] = {-1, 1} y, z = ai.onnx.ml.TreeEnsembleClassifier(x) {",
             "nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2], nodes_featureids=[0, 0, 0], ",
             "nodes_values=[0.0, 0.0, 0.0], nodes_modes=[\"BRANCH_LEQ\", \"LEAF\", \"LEAF\"], ",
             "nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0], class_treeids=[", trees,
             "], class_nodeids=[", leaves, "], class_ids=[", ids, "], class_weights=[", weights,
             "], ", more, "} }");
}

void expect_scores(std::string_view text, std::vector<float> scores) {
  EXPECT_THAT(results_of(text)[1].values<float>(), Pointwise(FloatNear(1e-5F), scores)) << text;
}

constexpr std::string_view kTwo = "classlabels_int64s=[7, 9]";

TEST(TreeEnsembleClassifier, PositiveWeightsOfOneClassAreAProbability) {
  const std::string text = stump("0, 0", "0.3, 0.7", kTwo);
  EXPECT_EQ(answer(text), "s64[2] {7, 9}");
  expect_scores(text, {0.7F, 0.3F, 0.3F, 0.7F});
  EXPECT_EQ(answer(stump("0, 0", "0.5, 0.7", kTwo)), "s64[2] {7, 9}");  // 0.5 is not above 0.5
  expect_scores(stump("0, 0", "0.3, 0.7", cat(kTwo, ", post_transform=\"LOGISTIC\"")),
                {0.42556F, 0.57444F, 0.33181F, 0.66819F});
}

TEST(TreeEnsembleClassifier, OtherwiseTheSignDecides) {
  const std::string text = stump("0, 0", "-0.3, 0.4", kTwo);
  EXPECT_EQ(answer(text), "s64[2] {7, 9}");
  expect_scores(text, {0.3F, -0.3F, -0.4F, 0.4F});
  const std::string base = stump("0, 0", "-0.3, 0.4", cat(kTwo, ", base_values=[0.5]"));
  EXPECT_EQ(answer(base), "s64[2] {9, 9}");
  expect_scores(base, {-0.2F, 0.2F, -0.9F, 0.9F});
  expect_scores(stump("0, 0", "-0.3, 0.4", cat(kTwo, ", post_transform=\"LOGISTIC\"")),
                {0.57444F, 0.42556F, 0.40131F, 0.59869F});
}

// Weights of the second class speak for themselves.
TEST(TreeEnsembleClassifier, TheFirstClassMayHaveNoWeights) {
  const std::string text = stump("1, 1", "0.3, 0.7", kTwo);
  EXPECT_EQ(answer(text), "s64[2] {7, 9}");
  expect_scores(text, {0, 0.3F, 0, 0.7F});
}

TEST(TreeEnsembleClassifier, TwoClassesWithWeightsAreComparedAsOthersAre) {
  const std::string text = stump("0, 1, 0, 1", "0.9, 0.4, 0.1, 0.2", kTwo, "1, 1, 2, 2");
  EXPECT_EQ(answer(text), "s64[2] {7, 9}");
  expect_scores(text, {0.9F, 0.4F, 0.1F, 0.2F});
}

// A class that no weight reached has score 0 and does not win with it.
TEST(TreeEnsembleClassifier, OnlyClassesWithScoresWin) {
  const std::string_view labels = "classlabels_int64s=[10, 20, 30]";
  EXPECT_EQ(answer(stump("1, 2", "-0.5, -0.25", labels)), "s64[2] {20, 30}");
  EXPECT_EQ(answer(stump("1, 2", "-0.5, -0.25", cat(labels, ", base_values=[0.0, 0.0, 0.0]"))),
            "s64[2] {10, 10}");
}

// Ten times 0.1 as a float, summed as floats, is above 1; this is about ties like it.
TEST(TreeEnsembleClassifier, SumsAreNotOffByTheirRounding) {
  std::string ids = "0", weights = "0.1", trees = "0", nodes = "0", modes = "\"LEAF\"";
  std::string reals = "0.0", tree_ids = "0";
  for (int i = 1; i < 5; ++i) {
    ids += ", 0";
    weights += ", 0.1";
    nodes += ", 0";
    reals += ", 0.0";
    modes += ", \"LEAF\"";
    tree_ids += cat(", ", i);
  }
  EXPECT_EQ(answer(cat("() -> (y, z) { x: f32[1,1] = {0} y, z = ",
                       "ai.onnx.ml.TreeEnsembleClassifier(x) {nodes_treeids=[", tree_ids,
                       "], nodes_nodeids=[", nodes, "], nodes_featureids=[", nodes,
                       "], nodes_values=[", reals, "], nodes_modes=[", modes,
                       "], nodes_truenodeids=[", nodes, "], nodes_falsenodeids=[", nodes,
                       "], class_treeids=[", tree_ids, "], class_nodeids=[", nodes,
                       "], class_ids=[", ids, "], class_weights=[", weights, "], ", kTwo, "} }")),
            "s64[1] {7}");
}

TEST(TreeEnsembleClassifier, LabelsMayBeTexts) {
  EXPECT_EQ(answer(stump("0, 2", "1.0, 1.0", "classlabels_strings=[\"a\", \"b\", \"c\"]")),
            "string[2] {\"a\", \"c\"}");
}

TEST(TreeEnsembleClassifier, OneLabelTellsAboveZeroFromOthers) {
  EXPECT_EQ(answer(stump("0, 0", "-0.5, 0.25", "classlabels_int64s=[7]")), "s64[2] {0, 1}");
}

TEST(TreeEnsembleClassifier, RefusesLabelsAndClassesThatDoNotFit) {
  EXPECT_THAT(answer(stump("0, 0", "1.0, 1.0", "post_transform=\"NONE\"")),
              HasSubstr("neither of classlabels_int64s and classlabels_strings"));
  EXPECT_THAT(answer(stump("0, 2", "1.0, 1.0", kTwo)),
              HasSubstr("a leaf adds to target 2, which is outside [0, 1]"));
  EXPECT_THAT(answer(stump("0, 0", "1.0, 1.0", cat(kTwo, ", base_values=[1.0, 2.0, 3.0]"))),
              HasSubstr("base_values has 3 entries for 2 classes"));
  EXPECT_THAT(answer(stump("0, 0", "1.0, 1.0", cat(kTwo, ", post_transform=\"MAX\""))),
              HasSubstr("post_transform 'MAX' is none of"));
}

}  // namespace
}  // namespace mote
