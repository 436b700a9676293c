// BitShift beyond the width, and its attribute.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(BitShift, BeyondTheWidthOnlyTheSignIsLeft) {
  const std::string operands = "x: s8[5] = {-5, -5, 5, -128, 3} n: s8[5] = {8, -1, 9, 7, 6}";
  EXPECT_THAT(elements_of<std::int8_t>(
                  cat("() -> (y) { ", operands, " y = BitShift(x, n) {direction=\"RIGHT\"} }")),
              ElementsAre(-1, -1, 0, -1, 0));
  EXPECT_THAT(elements_of<std::int8_t>(
                  cat("() -> (y) { ", operands, " y = BitShift(x, n) {direction=\"LEFT\"} }")),
              ElementsAre(0, 0, 0, 0, -64));
  EXPECT_THAT(elements_of<std::uint64_t>("() -> (y) { x: u64[2] = {1, 1} n: u64[2] = {63, 64}\n"
                                         "  y = BitShift(x, n) {direction=\"LEFT\"} }"),
              ElementsAre(std::uint64_t{1} << 63, 0U));
}

TEST(BitShift, HasADirection) {
  EXPECT_THAT(inferred("(x: u8[1], n: u8[1]) -> (y) { y = BitShift(x, n) }"),
              HasSubstr("direction"));
  EXPECT_THAT(inferred("(x: u8[1], n: u8[1]) -> (y) { y = BitShift(x, n) {direction=\"UP\"} }"),
              HasSubstr("'UP'"));
}

}  // namespace
}  // namespace mote
