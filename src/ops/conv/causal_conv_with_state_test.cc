// CausalConvWithState: a sequence in pieces is the sequence as a whole.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CausalConvWithState, SeesOnlyWhatHasBeen) {
  const auto y = results_of(
      "() -> (y, s) { x: f32[1,1,3] = {1, 2, 3} w: f32[1,1,3] = {100, 10, 1} b: f32[1] = {0.5}\n"
      "  y, s = CausalConvWithState(x, w, b) }");
  EXPECT_THAT(y[0].values<float>(), ElementsAre(1.5F, 12.5F, 123.5F));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(2, 3));
}

TEST(CausalConvWithState, GoesOnFromItsState) {
  const auto y = results_of(
      "() -> (y, s) { x: f32[1,1,1] = {4} w: f32[1,1,3] = {100, 10, 1} p: f32[1,1,2] = {2, 3}\n"
      "  y, s = CausalConvWithState(x, w, _, p) }");
  EXPECT_THAT(y[0].values<float>(), ElementsAre(234));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(3, 4));
}

TEST(CausalConvWithState, OneTapLeavesNoState) {
  EXPECT_EQ(answer("() -> (s) { x: f32[1,1,2] = {4, 5} w: f32[1,1,1] = {2}\n"
                   "  y, s = CausalConvWithState(x, w) }"),
            "f32[1,1,0] {}");
}

TEST(CausalConvWithState, NamesWhatIsWrong) {
  EXPECT_THAT(inferred("(x: f32[1,2,5], w: f32[3,1,2]) -> (y) { y = CausalConvWithState(x, w) }"),
              HasSubstr("weight has size 3 in dimension 0, not 2"));
  EXPECT_THAT(inferred("(x: f32[1,2,5], w: f32[2,2,2]) -> (y) { y = CausalConvWithState(x, w) }"),
              HasSubstr("weight has size 2 in dimension 1, not 1"));
  EXPECT_THAT(inferred("(x: f32[1,2,5], w: f32[2,1,0]) -> (y) { y = CausalConvWithState(x, w) }"),
              HasSubstr("weight has no taps"));
  EXPECT_THAT(inferred("(x: f32[1,2,5], w: f32[2,1,3], p: f32[1,2,3]) -> (y) {\n"
                       "  y = CausalConvWithState(x, w, _, p) }"),
              HasSubstr("past_state has size 3 in dimension 2, not 2"));
  EXPECT_THAT(inferred("(x: f32[1,2,5], w: f32[2,1,3]) -> (y) {\n"
                       "  y = CausalConvWithState(x, w) {activation=\"relu\"} }"),
              HasSubstr("activation 'relu' is not none, silu or swish"));
}

}  // namespace
}  // namespace mote
