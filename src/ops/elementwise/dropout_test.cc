// Dropout: what inference refuses, and what older opsets meant.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ir/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Tensor> trained(std::string_view ratio, std::string_view attributes) {
  return results_of(cat(
      "() -> (y, m) { n: s64[1] = {1000} x = ConstantOfShape(n) {value=f32[1]{1}}\n",
      "  t: bool[] = {1} r: f32[] = {", ratio, "}\n  y, m = Dropout(x, r, t) ", attributes, " }"));
}

TEST(Dropout, KeepsTheMeanOfWhatItDropsFrom) {
  const auto results = trained("0.75", "{seed=1}");
  int kept = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    const bool is_kept = results[1].values<bool>()[i];
    EXPECT_EQ(results[0].values<float>()[i], is_kept ? 4.0F : 0.0F);
    kept += is_kept ? 1 : 0;
  }
  EXPECT_NEAR(kept, 250, 60) << "over four standard deviations off";
}

TEST(Dropout, DropsTheSameElementsForTheSameSeedOnly) {
  EXPECT_TRUE(equal(trained("0.5", "{seed=1}")[1], trained("0.5", "{seed=1}")[1]));
  EXPECT_FALSE(equal(trained("0.5", "{seed=1}")[1], trained("0.5", "{seed=2}")[1]));
  EXPECT_FALSE(equal(trained("0.5", "")[1], trained("0.5", "")[1]));
}

// The first numbers of numpy.random.RandomState(0): 0.549, 0.715, 0.603, 0.545, 0.424, 0.646.
TEST(Dropout, DrawsWhatOnnxsOwnImplementationDraws) {
  const auto results = trained("0.6", "{seed=0}");
  EXPECT_THAT(results[1].values<bool>().first(6),
              ElementsAre(false, true, true, false, false, true));
}

TEST(Dropout, RefusesToDropEverything) {
  EXPECT_THAT(answer("() -> (y) { x: f32[2] = {1, 2} r: f32[] = {1} t: bool[] = {1}\n"
                     "  y = Dropout(x, r, t) }"),
              HasSubstr("ratio 1 is outside [0, 1)"));
}

TEST(Dropout, LeavesTheDataWhereNothingIsToBeDropped) {
  EXPECT_THAT(elements_of<float>("() -> (y) { x: f32[2] = {1, 2} r: f64[] = {0} t: bool[] = {1}\n"
                                 "  y = Dropout(x, r, t) }"),
              ElementsAre(1, 2));
}

TEST(Dropout, TheMaskHadTheTypeOfTheDataBeforeOpset10) {
  const auto graph = upgrade_text(
      "() -> (y, m) { x: f32[2] = {1, 2} y, m = Dropout(x) {ratio=0.25, is_test=1} }", 6);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(to_text(*graph), HasSubstr("Cast"));
  const auto y = evaluate_graph(*graph);
  ASSERT_TRUE(y) << y.error().message;
  EXPECT_THAT((*y)[0].values<float>(), ElementsAre(1, 2));
  EXPECT_THAT((*y)[1].values<float>(), ElementsAre(1, 1));
}

TEST(Dropout, AMaskThatNobodyReadIsForgotten) {
  const auto graph = upgrade_text("(x: f32[2]) -> (y) { y, m = Dropout(x) }", 7);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_EQ(graph->node(graph->first_node()).outputs.size(), 1U);
  EXPECT_EQ(graph->node_count(), 1U);
}

}  // namespace
}  // namespace mote
