// Softmax of infinities, and the flattening of older opsets.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ir/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Softmax, LargeNumbersDoNotOverflow) {
  EXPECT_THAT(elements_of<float>("() -> (y) { x: f32[3] = {1e4, 1e4, -inf} y = Softmax(x) }"),
              ElementsAre(0.5F, 0.5F, 0.0F));
  EXPECT_THAT(elements_of<float>("() -> (y) { x: f32[2] = {1e4, 0} y = LogSoftmax(x) }"),
              ElementsAre(0.0F, -1e4F));
}

TEST(Hardmax, MarksTheFirstOfTheGreatest) {
  EXPECT_THAT(
      elements_of<float>("() -> (y) { x: f32[2,3] = {1, 3, 3, nan, 5, nan} y = Hardmax(x) }"),
      ElementsAre(0, 1, 0, 1, 0, 0));
}

TEST(Softmax, AxisMustBeThere) {
  EXPECT_THAT(inferred("(x: f32[2,3]) -> (y) { y = Softmax(x) {axis=2} }"),
              HasSubstr("axis 2 is outside [-2, 1]"));
  EXPECT_THAT(inferred("(x: f32[]) -> (y) { y = Softmax(x) }"), HasSubstr("axis -1"));
}

// Four equal elements in two rows of two: one softmax over each row, or over all.
TEST(Softmax, BeforeOpset13WorkedOnEverythingFromTheAxisOn) {
  const auto of = [](std::string_view attributes) {
    return upgraded_results_of(
        cat("() -> (y) { x: f32[1,2,2] = {0, 0, 0, 0} y = Softmax(x) ", attributes, " }"), 11)[0];
  };
  EXPECT_THAT(of("").values<float>(), ElementsAre(0.25F, 0.25F, 0.25F, 0.25F));
  EXPECT_EQ(of("").dims(), (Dims{1, 2, 2}));
  EXPECT_THAT(of("{axis=2}").values<float>(), ElementsAre(0.5F, 0.5F, 0.5F, 0.5F));
  EXPECT_THAT(of("{axis=-1}").values<float>(), ElementsAre(0.5F, 0.5F, 0.5F, 0.5F));
  EXPECT_THAT(of("{axis=0}").values<float>(), ElementsAre(0.25F, 0.25F, 0.25F, 0.25F));
}

TEST(Softmax, BeforeOpset13EmptyOnesStayEmpty) {
  EXPECT_EQ(
      upgraded_results_of("() -> (y) { x: f32[0,2,2] = {} y = Softmax(x) {axis=0} }", 11)[0].dims(),
      (Dims{0, 2, 2}));
}

TEST(Softmax, BeforeOpset13AnUnknownRankIsFlattened) {
  const auto graph = upgrade_text("(x: f32[...]) -> (y) { y = LogSoftmax(x) }", 1);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(to_text(*graph), HasSubstr("Flatten"));
}

}  // namespace
}  // namespace mote
