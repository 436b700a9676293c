// TopK: ties, NaN, outputs that nobody wants, K out of range.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(TopK, EqualsComeByIndex) {
  const auto y = results_of(
      "() -> (v, i) { x: s32[6] = {2, 5, 2, 5, 1, 5} k: s64[1] = {4} v, i = TopK(x, k) }");
  EXPECT_THAT(y[0].values<std::int32_t>(), ElementsAre(5, 5, 5, 2));
  EXPECT_THAT(y[1].values<std::int64_t>(), ElementsAre(1, 3, 5, 0));
  const auto least = results_of(
      "() -> (v, i) { x: s32[6] = {2, 5, 2, 5, 1, 5} k: s64[1] = {4}\n"
      "  v, i = TopK(x, k) {largest=0} }");
  EXPECT_THAT(least[1].values<std::int64_t>(), ElementsAre(4, 0, 2, 1));
}

TEST(TopK, NaNIsTheLargestNumber) {
  const auto y = results_of(
      "() -> (v, i) { x: f32[4] = {1, nan, inf, nan} k: s64[1] = {3} v, i = TopK(x, k) }");
  EXPECT_THAT(y[1].values<std::int64_t>(), ElementsAre(1, 3, 2));
}

TEST(TopK, KIsWithinTheAxis) {
  EXPECT_THAT(inferred("(x: f32[3]) -> (v, i) { k: s64[1] = {4} v, i = TopK(x, k) }"),
              HasSubstr("K 4 is above the 3"));
  EXPECT_THAT(inferred("(x: f32[3]) -> (v, i) { k: s64[1] = {-1} v, i = TopK(x, k) }"),
              HasSubstr("K -1 is negative"));
  EXPECT_EQ(inferred("(x: f32[2,3], k: s64[1]) -> (v) { v, i = TopK(x, k) }"), "f32[2,?]");
}

TEST(TopK, KWasAnAttribute) {
  const auto y =
      upgraded_results_of("() -> (v, i) { x: f32[3] = {1, 3, 2} v, i = TopK(x) {k=2} }", 1);
  EXPECT_THAT(y[1].values<std::int64_t>(), ElementsAre(1, 2));
}

}  // namespace
}  // namespace mote
