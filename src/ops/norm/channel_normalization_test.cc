#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

TEST(GroupNormalization, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: f32[1,3,2], s: f32[3], b: f32[3]) -> (y) {\n"
                       "  y = GroupNormalization(x, s, b) {num_groups=2} }"),
              HasSubstr("num_groups 2 does not divide 3 channels"));
  EXPECT_THAT(inferred("(x: f32[1,4,2], s: f32[2], b: f32[4]) -> (y) {\n"
                       "  y = GroupNormalization(x, s, b) {num_groups=2} }"),
              HasSubstr("scale has size 2"));
}

TEST(GroupNormalization, SpreadsTheScalesOfGroups) {
  const Tensor y = upgraded_results_of(
      "() -> (y) { x: f32[1,4,1] = {-1, 1, -1, 1} s: f32[2] = {1, 10} b: f32[2] = {0, 5}\n"
      "  y = GroupNormalization(x, s, b) {num_groups=2} }",
      18)[0];
  const auto near = [](float v) { return FloatNear(v, 1e-3F); };
  EXPECT_THAT(y.values<float>(), ElementsAre(near(-1.0F), near(1.0F), near(-5.0F), near(15.0F)));
}

TEST(LayerNormalization, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: f32[2,3], s: f32[2]) -> (y) { y = LayerNormalization(x, s) }"),
              HasSubstr("Scale of shape f32[2] does not broadcast to f32[2,3]"));
  EXPECT_THAT(inferred("(x: f32[2,3], s: f32[3]) -> (y) { y = LayerNormalization(x, s) {axis=2} }"),
              HasSubstr("axis 2 is outside [-2, 1]"));
  EXPECT_THAT(inferred("(x: f32[2], s: f32[2]) -> (y) {\n"
                       "  y = LayerNormalization(x, s) {stash_type=7} }"),
              HasSubstr("stash_type 7"));
}

TEST(LpNormalization, LeavesZerosWhereTheNormIsZero) {
  const Tensor y =
      results_of("() -> (y) { x: f32[2,2] = {0, 0, 3, -4} y = LpNormalization(x) }")[0];
  EXPECT_THAT(y.values<float>(), ElementsAre(0.0F, 0.0F, 0.6F, -0.8F));
  EXPECT_THAT(inferred("(x: f32[2]) -> (y) { y = LpNormalization(x) {p=3} }"), HasSubstr("p 3"));
}

// An even size reaches further after the channel than before it.
TEST(LRN, CentresItsChannels) {
  const Tensor y = results_of(
      "() -> (y) { x: f32[1,3,1] = {1, 2, 4}\n"
      "  y = LRN(x) {size=2, alpha=2.0, beta=1.0, bias=0.0} }")[0];
  EXPECT_THAT(y.values<float>(), ElementsAre(FloatNear(1.0F / 5, 1e-6F), FloatNear(0.1F, 1e-6F),
                                             FloatNear(0.25F, 1e-6F)));
}

}  // namespace
}  // namespace mote
