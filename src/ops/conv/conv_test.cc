#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Conv, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: f32[1,3,5,5], w: f32[4,2,3,3]) -> (y) { y = Conv(x, w) }"),
              HasSubstr("W takes 2 channels for each of 1 groups, X has 3"));
  EXPECT_THAT(inferred("(x: f32[1,4,5], w: f32[3,2,3]) -> (y) { y = Conv(x, w) {group=2} }"),
              HasSubstr("group 2 does not divide 3 filters"));
  EXPECT_THAT(inferred("(x: f32[1,5,5], w: f32[4,2,3]) -> (y) { y = Conv(x, w) {group=2} }"),
              HasSubstr("group 2 does not divide 5 channels"));
  EXPECT_THAT(inferred("(x: f32[1,3,5,5], w: f32[4,3,3]) -> (y) { y = Conv(x, w) }"),
              HasSubstr("X has rank 4, W has rank 3"));
  EXPECT_THAT(inferred("(x: f32[1,3,5], w: f32[4,3,3]) -> (y) { y = Conv(x, w) "
                       "{kernel_shape=[2]} }"),
              HasSubstr("W has size 3 in dimension 2, not 2"));
  EXPECT_THAT(inferred("(x: f32[1,3,5], w: f32[4,3,3], b: f32[5]) -> (y) { y = Conv(x, w, b) }"),
              HasSubstr("B has size 5"));
  EXPECT_THAT(inferred("(x: f32[1,3], w: f32[4,3]) -> (y) { y = Conv(x, w) }"),
              HasSubstr("rank 2 is outside"));
  EXPECT_THAT(inferred("(x: f32[1,3,5], w: f64[4,3,3]) -> (y) { y = Conv(x, w) }"),
              HasSubstr("f64"));
  EXPECT_THAT(inferred("(x: f32[1,3,5], w: f32[4,3,3]) -> (y) { y = Conv(x, w) {group=0} }"),
              HasSubstr("group 0"));
  EXPECT_THAT(inferred("(x: f32[1,3,5], w: f32[4,3,0]) -> (y) { y = Conv(x, w) }"),
              HasSubstr("kernel size 0"));
}

TEST(Conv, KeepsSymbolsOfSizesThatStay) {
  EXPECT_EQ(inferred("(x: f32[n,3,h,w], k: f32[4,3,3,3]) -> (y) {\n"
                     "  y = Conv(x, k) {auto_pad=\"SAME_UPPER\"} }"),
            "f32[n,4,h,w]");
  EXPECT_EQ(inferred("(x: f32[...], k: f32[4,?,3,3]) -> (y) { y = Conv(x, k) }"), "f32[?,4,?,?]");
}

TEST(Conv, SumsGroupsApart) {
  const Tensor y = results_of(
      "() -> (y) { x: f32[1,2,2] = {1, 2, 3, 4} w: f32[2,1,2] = {1, 10, 100, 1000}\n"
      "  b: f32[2] = {0.5, 0} y = Conv(x, w, b) {group=2} }")[0];
  EXPECT_THAT(y.values<float>(), ElementsAre(21.5F, 4300.0F));
}

TEST(ConvTranspose, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: f32[1,3,5], w: f32[2,4,3]) -> (y) { y = ConvTranspose(x, w) }"),
              HasSubstr("W has size 2 in dimension 0, not 3"));
  EXPECT_THAT(inferred("(x: f32[1,3,2], w: f32[3,4,2]) -> (y) {\n"
                       "  y = ConvTranspose(x, w) {pads=[2, 2]} }"),
              HasSubstr("padding leaves nothing of size 3"));
  EXPECT_THAT(inferred("(x: f32[1,3,2], w: f32[3,4,2]) -> (y) {\n"
                       "  y = ConvTranspose(x, w) {output_shape=[-1]} }"),
              HasSubstr("output_shape has -1"));
  EXPECT_THAT(inferred("(x: f32[1,3,2], w: f32[3,4,2]) -> (y) {\n"
                       "  y = ConvTranspose(x, w) {output_padding=[1, 1]} }"),
              HasSubstr("does not fit 1 dimensions"));
}

// An output larger than everything the input reaches holds the bias alone.
TEST(ConvTranspose, FillsWhatTheInputDoesNotReach) {
  const Tensor y = results_of(
      "() -> (y) { x: f32[1,1,2] = {1, 2} w: f32[1,1,2] = {1, 10} b: f32[1] = {0.5}\n"
      "  y = ConvTranspose(x, w, b) {output_shape=[5]} }")[0];
  EXPECT_THAT(y.values<float>(), ElementsAre(1.5F, 12.5F, 20.5F, 0.5F, 0.5F));
}

}  // namespace
}  // namespace mote
