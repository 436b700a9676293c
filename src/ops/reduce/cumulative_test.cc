// CumSum, CumProd: directions, integers that wrap, axes that are not there.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Cumulative, RunsBothWaysWithAndWithoutItself) {
  const auto of = [](std::string_view op, std::string_view attributes) {
    return elements_of<std::int32_t>(cat(
        "() -> (y) { x: s32[3] = {2, 3, 4} a: s64[] = {0} y = ", op, "(x, a) ", attributes, " }"));
  };
  EXPECT_THAT(of("CumSum", ""), ElementsAre(2, 5, 9));
  EXPECT_THAT(of("CumSum", "{exclusive=1}"), ElementsAre(0, 2, 5));
  EXPECT_THAT(of("CumSum", "{reverse=1}"), ElementsAre(9, 7, 4));
  EXPECT_THAT(of("CumProd", "{exclusive=1, reverse=1}"), ElementsAre(12, 4, 1));
}

TEST(Cumulative, IntegersWrap) {
  EXPECT_THAT(elements_of<std::uint8_t>(
                  "() -> (y) { x: u8[3] = {200, 100, 1} a: s32[1] = {-1} y = CumSum(x, a) }"),
              ElementsAre(200, 44, 45));
}

TEST(Cumulative, AxisMustBeThere) {
  EXPECT_THAT(inferred("(x: f32[3]) -> (y) { a: s64[] = {1} y = CumSum(x, a) }"),
              HasSubstr("axis 1 is outside [-1, 0]"));
  EXPECT_THAT(inferred("(x: f32[3]) -> (y) { a: s64[2] = {0, 0} y = CumSum(x, a) }"),
              HasSubstr("2 elements"));
}

}  // namespace
}  // namespace mote
