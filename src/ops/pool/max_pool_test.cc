#include <gmock/gmock.h>

#include <cmath>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(MaxPool, LetsNaNWin) {
  const Tensor y = results_of(
      "() -> (y) { x: f32[1,1,4] = {1, nan, 2, 3} y = MaxPool(x) {kernel_shape=[2]} }")[0];
  EXPECT_TRUE(std::isnan(y.values<float>()[0]));
  EXPECT_TRUE(std::isnan(y.values<float>()[1]));
  EXPECT_EQ(y.values<float>()[2], 3.0F);
}

TEST(MaxPool, CountsIndicesThroughTheWholeInput) {
  constexpr std::string_view kGraph =
      "() -> (i) { x: f32[1,2,2,3] = {9, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 7}\n"
      "  _, i = MaxPool(x) {kernel_shape=[2, 2], pads=[1, 1, 0, 0], strides=[2, 2]} }";
  EXPECT_THAT(results_of(kGraph)[0].values<std::int64_t>(), ElementsAre(0, 2, 6, 7));
}

TEST(MaxPool, CountsIndicesByColumns) {
  const Tensor i = results_of(
      "() -> (i) { x: f32[1,2,2,3] = {0, 1, 2, 3, 9, 5, 0, 0, 0, 0, 0, 7}\n"
      "  _, i = MaxPool(x) {kernel_shape=[2, 3], storage_order=1} }")[0];
  EXPECT_THAT(i.values<std::int64_t>(), ElementsAre(3, 6 + 5));
}

TEST(MaxPool, TakesTheFirstOfEquals) {
  const Tensor i =
      results_of("() -> (i) { x: u8[1,1,3] = {5, 5, 5} _, i = MaxPool(x) {kernel_shape=[3]} }")[0];
  EXPECT_THAT(i.values<std::int64_t>(), ElementsAre(0));
}

TEST(Pools, NameWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: f32[1,1,3]) -> (y) { y = MaxPool(x) }"), HasSubstr("kernel_shape"));
  EXPECT_THAT(inferred("(x: f32[1,1,3,3]) -> (y) { y = MaxPool(x) {kernel_shape=[2]} }"),
              HasSubstr("X has rank 4, not 3"));
  EXPECT_THAT(inferred("(x: f32[1,1,3]) -> (y) { y = AveragePool(x) {kernel_shape=[4]} }"),
              HasSubstr("a kernel of extent 4 does not fit size 3"));
  EXPECT_THAT(inferred("(x: s32[1,1,3]) -> (y) { y = MaxPool(x) {kernel_shape=[2]} }"),
              HasSubstr("s32"));
  EXPECT_THAT(inferred("(x: f32[1,1,3]) -> (y) { y = LpPool(x) {kernel_shape=[2], p=0} }"),
              HasSubstr("p 0"));
}

TEST(AveragePool, CountsPaddingOnDemand) {
  constexpr std::string_view kWithout =
      "() -> (y) { x: f32[1,1,3] = {3, 3, 3}\n"
      "  y = AveragePool(x) {kernel_shape=[3], strides=[2], pads=[1, 1]} }";
  EXPECT_THAT(results_of(kWithout)[0].values<float>(), Each(3.0F));
  constexpr std::string_view kWith =
      "() -> (y) { x: f32[1,1,3] = {3, 3, 3}\n"
      "  y = AveragePool(x) {kernel_shape=[3], strides=[2], pads=[1, 1], count_include_pad=1} }";
  EXPECT_THAT(results_of(kWith)[0].values<float>(), Each(2.0F));
}

TEST(LpPool, TakesTheRealExponentOfOpset1) {
  const Tensor y = upgraded_results_of(
      "() -> (y) { x: f32[1,1,2] = {3, -4} y = LpPool(x) {kernel_shape=[2], p=1.0} }", 1)[0];
  EXPECT_THAT(y.values<float>(), ElementsAre(7.0F));
  EXPECT_THAT(answer_opset(1, "(x: f32[1,1,2]) -> (y) { y = GlobalLpPool(x) {p=1.5} }"),
              HasSubstr("p 1.5 is no integer"));
}

}  // namespace
}  // namespace mote
