// Pow of integers, and of operands of two types.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Pow, IntegersWrapAndLoseFractions) {
  EXPECT_THAT(elements_of<std::int32_t>("() -> (y) { x: s32[6] = {2, -3, 2, -1, 1, 7}\n"
                                        "  e: s64[6] = {31, 3, -1, -3, -9, 0} y = Pow(x, e) }"),
              ElementsAre(std::numeric_limits<std::int32_t>::min(), -27, 0, -1, 1, 1));
  EXPECT_THAT(elements_of<std::int64_t>(
                  "() -> (y) { x: s64[2] = {9, 10} e: f32[2] = {0.5, 1.5} y = Pow(x, e) }"),
              ElementsAre(3, 31));
  EXPECT_THAT(elements_of<std::int64_t>("() -> (y) { x: s64[1] = {-1}\n"
                                        "  e: u64[1] = {18446744073709551615} y = Pow(x, e) }"),
              ElementsAre(-1));
  EXPECT_THAT(
      elements_of<std::uint8_t>("() -> (y) { x: u8[2] = {255, 1} e: s8[] = {-1} y = Pow(x, e) }"),
      ElementsAre(0, 1));
}

TEST(Pow, ZeroHasNoNegativePower) {
  EXPECT_THAT(answer("() -> (y) { x: s32[1] = {0} e: s32[1] = {-2} y = Pow(x, e) }"),
              HasSubstr("negative power"));
}

TEST(Pow, HasTheTypeOfTheBase) {
  EXPECT_EQ(inferred("(x: f32[2,1], e: s64[3]) -> (y) { y = Pow(x, e) }"), "f32[2,3]");
  EXPECT_THAT(elements_of<float>("() -> (y) { x: f32[2] = {2, 3} e: s8[] = {3} y = Pow(x, e) }"),
              ElementsAre(8, 27));
}

}  // namespace
}  // namespace mote
