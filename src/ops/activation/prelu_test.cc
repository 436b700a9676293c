// PRelu: slopes that do not broadcast, slopes of channels in older opsets.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(PRelu, BroadcastsTheSlopeOnly) {
  EXPECT_THAT(inferred("(x: f32[3], s: f32[2,3]) -> (y) { y = PRelu(x, s) }"),
              HasSubstr("slope f32[2,3]"));
  EXPECT_THAT(inferred("(x: f32[1,3], s: f32[2,1]) -> (y) { y = PRelu(x, s) }"),
              HasSubstr("slope f32[2,1]"));
}

TEST(PRelu, BeforeOpset7ChannelsHadTheSlopes) {
  const auto y = upgraded_results_of(
      "() -> (y) { x: f32[1,2,2] = {-1, -1, -1, 1} s: f32[2] = {2, 3} y = PRelu(x, s) }", 6);
  EXPECT_THAT(y[0].values<float>(), ElementsAre(-2, -2, -3, 1));
  const auto shared = upgraded_results_of(
      "() -> (y) { x: f32[1,2,2] = {-1, -1, -1, 1} s: f32[1] = {2} y = PRelu(x, s) }", 6);
  EXPECT_THAT(shared[0].values<float>(), ElementsAre(-2, -2, -2, 1));
}

}  // namespace
}  // namespace mote
