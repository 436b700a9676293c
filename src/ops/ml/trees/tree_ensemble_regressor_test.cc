// TreeEnsembleRegressor: which way samples go, how weights add up, attributes that do not fit.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// A tree with one split on feature 0 and a leaf on each side: 1 where the answer is true, 2 where
// it is false. `more` follows the attributes.
std::string stump(std::string_view x, std::string_view mode, std::string_view value,
                  std::string_view more = "") {
  return cat("() -> (y) { x: ", x, " y = ai.onnx.ml.TreeEnsembleRegressor(x) {",
             "nodes_treeids=[0, 0, 0], nodes_nodeids=[0, 1, 2], nodes_featureids=[0, 0, 0], ",
             "nodes_values=[", value, ", 0.0, 0.0], nodes_modes=[\"", mode,
             "\", \"LEAF\", \"LEAF\"], nodes_truenodeids=[1, 0, 0], nodes_falsenodeids=[2, 0, 0], ",
             "target_treeids=[0, 0], target_nodeids=[1, 2], target_ids=[0, 0], ",
             "target_weights=[1.0, 2.0]", more, "} }");
}

TEST(TreeEnsembleRegressor, ComparesAsItsModeSays) {
  const std::string_view x = "f32[3,1] = {0, 1, 2}";
  EXPECT_EQ(answer(stump(x, "BRANCH_LEQ", "1.0")), "f32[3,1] {1, 1, 2}");
  EXPECT_EQ(answer(stump(x, "BRANCH_LT", "1.0")), "f32[3,1] {1, 2, 2}");
  EXPECT_EQ(answer(stump(x, "BRANCH_GTE", "1.0")), "f32[3,1] {2, 1, 1}");
  EXPECT_EQ(answer(stump(x, "BRANCH_GT", "1.0")), "f32[3,1] {2, 2, 1}");
  EXPECT_EQ(answer(stump(x, "BRANCH_EQ", "1.0")), "f32[3,1] {2, 1, 2}");
  EXPECT_EQ(answer(stump(x, "BRANCH_NEQ", "1.0")), "f32[3,1] {1, 2, 1}");
}

// NaN makes every comparison false but NEQ's, unless the node says that it goes with the true ones.
TEST(TreeEnsembleRegressor, SendsNaNWhereTheNodeSays) {
  const std::string_view x = "f32[1,1] = {nan}";
  const std::string_view tracks = ", nodes_missing_value_tracks_true=[1, 0, 0]";
  for (const std::string_view mode :
       {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ"}) {
    EXPECT_EQ(answer(stump(x, mode, "1.0")), "f32[1,1] {2}") << mode;
    EXPECT_EQ(answer(stump(x, mode, "1.0", tracks)), "f32[1,1] {1}") << mode;
  }
  EXPECT_EQ(answer(stump(x, "BRANCH_NEQ", "1.0")), "f32[1,1] {1}");
}

// 0.1 as a float is above 0.1 as a double.
TEST(TreeEnsembleRegressor, ComparesDoublesAsDoubles) {
  EXPECT_EQ(answer(stump("f64[1,1] = {0.1}", "BRANCH_LT", "0.1")), "f32[1,1] {1}");
  EXPECT_EQ(answer(stump("f32[1,1] = {0.1}", "BRANCH_LT", "0.1")), "f32[1,1] {2}");
}

TEST(TreeEnsembleRegressor, TakesIntegersAndASingleRow) {
  EXPECT_EQ(answer(stump("s64[2] = {1, 7}", "BRANCH_LEQ", "1.5")), "f32[1,1] {1}");
  EXPECT_EQ(answer(stump("s32[0,1] = {}", "BRANCH_LEQ", "1.5")), "f32[0,1] {}");
}

// Two trees that are leaves: 1 and 4 for target 0; 2 for target 1, which the second does not reach.
std::string leaves(std::string_view more) {
  return cat(
      "() -> (y) { x: f32[1,1] = {0} y = ai.onnx.ml.TreeEnsembleRegressor(x) {",
      "n_targets=3, nodes_treeids=[5, 9], nodes_nodeids=[0, 0], nodes_featureids=[0, 0], ",
      "nodes_values=[0.0, 0.0], nodes_modes=[\"LEAF\", \"LEAF\"], nodes_truenodeids=[0, 0], ",
      "nodes_falsenodeids=[0, 0], target_treeids=[5, 9, 5], target_nodeids=[0, 0, 0], ",
      "target_ids=[0, 0, 1], target_weights=[1.0, 4.0, 2.0]", more, "} }");
}

TEST(TreeEnsembleRegressor, PutsWeightsTogether) {
  EXPECT_EQ(answer(leaves("")), "f32[1,3] {5, 2, 0}");
  EXPECT_EQ(answer(leaves(", aggregate_function=\"AVERAGE\"")), "f32[1,3] {2.5, 1, 0}");
  EXPECT_EQ(answer(leaves(", aggregate_function=\"MIN\"")), "f32[1,3] {1, 2, 0}");
  EXPECT_EQ(answer(leaves(", aggregate_function=\"MAX\"")), "f32[1,3] {4, 2, 0}");
  EXPECT_EQ(answer(leaves(", base_values=[10.0, 20.0, 30.0]")), "f32[1,3] {15, 22, 30}");
  EXPECT_EQ(answer(leaves(", aggregate_function=\"MIN\", base_values=[10.0, 20.0, 30.0]")),
            "f32[1,3] {11, 22, 30}");
}

TEST(TreeEnsembleRegressor, TransformsScores) {
  const auto softmax = elements_of<float>(leaves(", post_transform=\"SOFTMAX\""));
  EXPECT_NEAR(softmax[0], 0.94649917F, 1e-6);
  EXPECT_NEAR(softmax[2], 0.00637746F, 1e-7);
  const auto zero = elements_of<float>(leaves(", post_transform=\"SOFTMAX_ZERO\""));
  EXPECT_NEAR(zero[0], 0.95257413F, 1e-6);
  EXPECT_EQ(zero[2], 0.0F);
  const auto logistic = elements_of<float>(leaves(", post_transform=\"LOGISTIC\""));
  EXPECT_NEAR(logistic[0], 0.99330717F, 1e-6);
  EXPECT_EQ(logistic[2], 0.5F);
}

// A score alone is no distribution.
TEST(TreeEnsembleRegressor, LeavesOneScoreAloneButForProbit) {
  const std::string_view x = "f32[1,1] = {9}";
  EXPECT_EQ(answer(stump(x, "BRANCH_LEQ", "1.0", ", post_transform=\"LOGISTIC\"")), "f32[1,1] {2}");
  const auto probit = elements_of<float>(
      stump(x, "BRANCH_LEQ", "1.0", ", base_values=[-1.3], post_transform=\"PROBIT\""));
  EXPECT_NEAR(probit[0], 0.52444589F, 2e-6);
}

// -- attributes that do not fit

// The nodes of one tree as lists; what it is given replaces them.
struct Nodes {
  std::string ids = "0, 1, 2", features = "0, 0, 0", modes = "\"BRANCH_LEQ\", \"LEAF\", \"LEAF\"";
  std::string on_true = "1, 0, 0", on_false = "2, 0, 0", weight_nodes = "1, 2", more = "";

  std::string parse() const {
    return inferred(cat("(x: f32[1,2]) -> (y) { y = ai.onnx.ml.TreeEnsembleRegressor(x) {",
                        "nodes_treeids=[0, 0, 0], nodes_nodeids=[", ids, "], nodes_featureids=[",
                        features, "], nodes_values=[0.0, 0.0, 0.0], nodes_modes=[", modes,
                        "], nodes_truenodeids=[", on_true, "], nodes_falsenodeids=[", on_false,
                        "], target_treeids=[0, 0], target_nodeids=[", weight_nodes,
                        "], target_ids=[0, 0], target_weights=[1.0, 2.0]", more, "} }"));
  }
};

TEST(TreeEnsembleRegressor, NamesListsOfOtherLengths) {
  EXPECT_THAT(Nodes{.features = "0, 0"}.parse(),
              HasSubstr("nodes_featureids has 2 entries, nodes_nodeids has 3"));
  EXPECT_THAT(Nodes{.modes = "\"LEAF\""}.parse(), HasSubstr("nodes_modes has 1 entries"));
  EXPECT_THAT(Nodes{.weight_nodes = "1"}.parse(),
              HasSubstr("target_nodeids has 1 entries, target_ids has 2"));
  EXPECT_THAT(Nodes{.more = ", nodes_missing_value_tracks_true=[1]"}.parse(),
              HasSubstr("nodes_missing_value_tracks_true has 1 entries"));
  EXPECT_THAT(Nodes{.more = ", base_values=[1.0, 2.0]"}.parse(),
              HasSubstr("base_values has 2 entries for 1 targets"));
}

TEST(TreeEnsembleRegressor, NamesNodesThatAreNotThere) {
  EXPECT_THAT(Nodes{.ids = "0, 1, 1"}.parse(), HasSubstr("node 1 of tree 0 is there twice"));
  EXPECT_THAT(Nodes{.on_true = "7, 0, 0"}.parse(),
              HasSubstr("node 0 of tree 0: its true child 7 is not there"));
  EXPECT_THAT(Nodes{.on_false = "-1, 0, 0"}.parse(), HasSubstr("its false child -1 is not there"));
  EXPECT_THAT(Nodes{.weight_nodes = "1, 9"}.parse(),
              HasSubstr("target_nodeids[1]: there is no node 9 of tree 0"));
}

TEST(TreeEnsembleRegressor, RefusesCycles) {
  EXPECT_THAT(Nodes{.on_true = "0, 0, 0"}.parse(), HasSubstr("node 0 of tree 0 leads back"));
  EXPECT_THAT((Nodes{.modes = "\"BRANCH_LT\", \"BRANCH_LT\", \"LEAF\"",
                     .on_true = "1, 2, 0",
                     .on_false = "2, 0, 0"}
                   .parse()),
              HasSubstr("node 0 of tree 0 leads back to itself"));
}

TEST(TreeEnsembleRegressor, RefusesFeaturesAndTargetsOutOfRange) {
  EXPECT_THAT(Nodes{.features = "-1, 0, 0"}.parse(), HasSubstr("feature -1 is outside [0, "));
  EXPECT_THAT(Nodes{.features = "2, 0, 0"}.parse(),
              HasSubstr("a node asks for feature 2, X has 2 features"));
  EXPECT_THAT(Nodes{.features = "9223372036854775807, 0, 0"}.parse(), HasSubstr("is outside [0, "));
  EXPECT_THAT(Nodes{.more = ", n_targets=0"}.parse(), HasSubstr("n_targets 0 is outside"));
  EXPECT_THAT(Nodes{.modes = "\"BRANCH_LEQ\", \"LEAF\", \"ROOT\""}.parse(),
              HasSubstr("mode 'ROOT' is none that there is"));
  EXPECT_THAT(Nodes{.more = ", aggregate_function=\"MODE\""}.parse(),
              HasSubstr("aggregate_function 'MODE' is none of"));
  EXPECT_THAT(Nodes{.more = ", nodes_values_as_tensor=f64[3]{0, 0, 0}"}.parse(),
              HasSubstr("nodes_values and nodes_values_as_tensor are both given"));
}

// The branches of a set of categories meet again behind it.
TEST(TreeEnsembleRegressor, BranchesMayMeetAgain) {
  EXPECT_EQ(answer("() -> (y) { x: f32[3,1] = {1, 2, 3}\n"
                   "  y = ai.onnx.ml.TreeEnsembleRegressor(x) {nodes_treeids=[0, 0, 0, 0],\n"
                   "    nodes_nodeids=[0, 1, 2, 3], nodes_featureids=[0, 0, 0, 0],\n"
                   "    nodes_values=[1.0, 2.0, 0.0, 0.0],\n"
                   "    nodes_modes=[\"BRANCH_EQ\", \"BRANCH_EQ\", \"LEAF\", \"LEAF\"],\n"
                   "    nodes_truenodeids=[2, 2, 0, 0], nodes_falsenodeids=[1, 3, 0, 0],\n"
                   "    target_treeids=[0, 0], target_nodeids=[2, 3], target_ids=[0, 0],\n"
                   "    target_weights=[1.0, 2.0]} }"),
            "f32[3,1] {1, 1, 2}");
}

// One split after the other: no recursion runs out of stack.
TEST(TreeEnsembleRegressor, TreesMayBeVeryDeep) {
  constexpr int kDepth = 100000;
  std::vector<std::int64_t> tree_ids(kDepth + 1, 0), ids, features(kDepth + 1, 0), next;
  std::vector<std::string> modes;
  for (int i = 0; i <= kDepth; ++i) {
    ids.push_back(i);
    next.push_back(i < kDepth ? i + 1 : 0);
    modes.emplace_back(i < kDepth ? "BRANCH_LEQ" : "LEAF");
  }
  const std::string list = cat("[", join(ids, ", "), "]");
  std::string quoted;
  for (const std::string& mode : modes) quoted += cat(quoted.empty() ? "\"" : ", \"", mode, "\"");
  std::vector<std::string> values(kDepth + 1, "0.0");
  EXPECT_EQ(answer(cat("() -> (y) { x: f32[1,1] = {1} y = ai.onnx.ml.TreeEnsembleRegressor(x) {",
                       "nodes_treeids=[", join(tree_ids, ", "), "], nodes_nodeids=", list,
                       ", nodes_featureids=[", join(features, ", "), "], nodes_values=[",
                       join(values, ", "), "], nodes_modes=[", quoted, "], nodes_truenodeids=[",
                       join(next, ", "), "], nodes_falsenodeids=[", join(next, ", "),
                       "], target_treeids=[0], target_nodeids=[", kDepth,
                       "], target_ids=[0], target_weights=[3.0]} }")),
            "f32[1,1] {3}");
}

}  // namespace
}  // namespace mote
