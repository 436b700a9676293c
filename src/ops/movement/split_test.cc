// Split: parts of sizes that are large, and those of opset 1.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;

TEST(Split, CutsTheLargestSizeWithoutOverflow) {
  EXPECT_EQ(inferred("(x: f32[9223372036854775807]) -> (a) { a, b = Split(x) }"),
            "f32[4611686018427387904]");
}

TEST(Split, TakesPartsOfOpset1AsElementsOfTheData) {
  const auto y = upgraded_results_of(
      "() -> (a, b) { x: f32[3] = {1, 2, 3} s: f32[2] = {2, 1} a, b = Split(x, s) }", 1);
  EXPECT_THAT(y[0].values<float>(), ElementsAre(1, 2));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(3));
}

}  // namespace
}  // namespace mote
