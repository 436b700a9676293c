// TreeEnsemble: sets of members, shared leaves, lists that do not fit.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Two splits in one tree: a set on feature 0, then a threshold where x is no member.
struct Ensemble {
  std::string x = "f32[4,1] = {1.5, 2, -7, nan}", modes = "u8[2]{6, 0}";
  std::string on_true = "0, 1", true_leafs = "1, 1", on_false = "1, 2", false_leafs = "0, 1";
  std::string members = "f32[3]{2, 1.5, nan}", roots = "0", targets = "0, 0, 0", more = "";

  std::string run() const {
    return answer(cat("() -> (y) { x: ", x, " y = ai.onnx.ml.TreeEnsemble(x) {n_targets=1, ",
                      "tree_roots=[", roots, "], nodes_modes=", modes,
                      ", nodes_featureids=[0, 0], nodes_splits=f32[2]{0, 0}, nodes_truenodeids=[",
                      on_true, "], nodes_trueleafs=[", true_leafs, "], nodes_falsenodeids=[",
                      on_false, "], nodes_falseleafs=[", false_leafs,
                      "], membership_values=", members, ", leaf_targetids=[", targets,
                      "], leaf_weights=f32[3]{1, 2, 4}", more, "} }"));
  }
};

TEST(TreeEnsemble, AsksForMembers) {
  EXPECT_EQ(Ensemble{}.run(), "f32[4,1] {1, 1, 2, 4}");
  EXPECT_EQ(Ensemble{.more = ", nodes_missing_value_tracks_true=[1, 0]"}.run(),
            "f32[4,1] {1, 1, 2, 1}");
  EXPECT_EQ(Ensemble{.members = "f32[2]{2, 1.5}"}.run(), "f32[4,1] {1, 1, 2, 4}")
      << "the last set need not end";
}

TEST(TreeEnsemble, NamesSetsThatDoNotFit) {
  EXPECT_THAT(Ensemble{.members = "f32[4]{2, nan, 1, nan}"}.run(),
              HasSubstr("membership_values has 2 sets for 1 nodes of mode BRANCH_MEMBER"));
  EXPECT_THAT(Ensemble{.modes = "u8[2]{0, 0}"}.run(), HasSubstr("has 1 sets for 0 nodes"));
  EXPECT_EQ((Ensemble{.modes = "u8[2]{6, 6}", .members = "f32[2]{nan, nan}"}.run()),
            "f32[4,1] {4, 4, 4, 4}")
      << "sets may be empty";
}

TEST(TreeEnsemble, NamesReferencesOutOfRange) {
  EXPECT_THAT(Ensemble{.on_true = "3, 1"}.run(),
              HasSubstr("node 0: its true leaf 3 is outside [0, 3)"));
  EXPECT_THAT(Ensemble{.on_false = "-1, 2"}.run(),
              HasSubstr("its false child -1 is outside [0, 2)"));
  EXPECT_THAT(Ensemble{.roots = "2"}.run(), HasSubstr("tree_roots[0] 2 is outside [0, 2)"));
  EXPECT_THAT(Ensemble{.on_false = "0, 2"}.run(), HasSubstr("node 0 leads back to itself"));
  EXPECT_THAT(Ensemble{.targets = "0, 1, 0"}.run(), HasSubstr("target 1, which is outside [0, 0]"));
  EXPECT_THAT(Ensemble{.targets = "0, 0"}.run(),
              HasSubstr("leaf_weights has 3 entries, leaf_targetids has 2"));
  EXPECT_THAT(Ensemble{.modes = "u8[2]{6, 7}"}.run(), HasSubstr("nodes_modes[1] is 7, not 0 to 6"));
  EXPECT_THAT(Ensemble{.modes = "f32[2]{6, 0}"}.run(), HasSubstr("nodes_modes is no tensor of u8"));
  EXPECT_THAT(Ensemble{.more = ", aggregate_function=4"}.run(), HasSubstr("is not 0 to 3"));
  EXPECT_THAT(Ensemble{.more = ", post_transform=-1"}.run(), HasSubstr("is not 0 to 4"));
  EXPECT_THAT(Ensemble{.modes = "u8[1]{0}"}.run(), HasSubstr("nodes_modes has 1 entries"));
}

// 1 is SOFTMAX, 2 LOGISTIC.
TEST(TreeEnsemble, NumbersTransformsAsTheSpecificationDoes) {
  const auto scores = [](int transform) {
    return elements_of<double>(
        cat("() -> (y) { x: f64[1,1] = {0} y = ai.onnx.ml.TreeEnsemble(x) {n_targets=2, ",
            "tree_roots=[0], nodes_modes=u8[1]{0}, nodes_featureids=[0], nodes_splits=f64[1]{0}, ",
            "nodes_truenodeids=[0], nodes_trueleafs=[1], nodes_falsenodeids=[0], ",
            "nodes_falseleafs=[1], leaf_targetids=[1], leaf_weights=f64[1]{1}, post_transform=",
            transform, "} }"));
  };
  EXPECT_NEAR(scores(1)[0], 0.2689414213699951, 1e-12);
  EXPECT_NEAR(scores(2)[0], 0.5, 1e-12);
  EXPECT_NEAR(scores(3)[1], 1, 1e-12);
}

}  // namespace
}  // namespace mote
