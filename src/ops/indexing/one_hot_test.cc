// OneHot: negative indices, which older opsets took for any others outside.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;

constexpr std::string_view kLast =
    "() -> (y) { i: s64[3] = {-1, 1, 3} d: s64[] = {3} v: f32[2] = {5, 6} y = OneHot(i, d, v) }";

TEST(OneHot, CountsNegativeIndicesFromTheEnd) {
  EXPECT_THAT(elements_of<float>(kLast), ElementsAre(5, 5, 6, 5, 6, 5, 5, 5, 5));
}

TEST(OneHot, TookNegativeIndicesForOutside) {
  const auto y = upgraded_results_of(kLast, 9);
  EXPECT_THAT(y[0].values<float>(), ElementsAre(5, 5, 5, 5, 6, 5, 5, 5, 5));
}

}  // namespace
}  // namespace mote
