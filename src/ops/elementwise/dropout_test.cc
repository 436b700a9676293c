// Dropout: what inference refuses, and what older opsets meant.
#include <gmock/gmock.h>

#include "ir/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Dropout, RefusesToDropElements) {
  EXPECT_THAT(answer("() -> (y) { x: f32[2] = {1, 2} t: bool[] = {1} y = Dropout(x, _, t) }"),
              HasSubstr("ratio 0.5"));
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
