// Windows: their ends, their middle, sizes that are none.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Window, HannBeginsAtZeroAndPeaksAtOne) {
  EXPECT_EQ(answer("() -> (y) { n: s64[] = {4} y = HannWindow(n) }"), "f32[4] {0, 0.5, 1, 0.5}");
  EXPECT_EQ(answer("() -> (y) { n: s64[] = {5} y = HannWindow(n) {periodic=0} }"),
            "f32[5] {0, 0.5, 1, 0.5, 0}");
}

TEST(Window, HammingDoesNotReachZero) {
  const auto y = elements_of<double>(
      "() -> (y) { n: s64[] = {3} y = HammingWindow(n) {periodic=0, output_datatype=11} }");
  EXPECT_THAT(y, ElementsAre(DoubleNear(4.0 / 46, 1e-15), DoubleNear(1, 1e-15),
                             DoubleNear(4.0 / 46, 1e-15)));
}

TEST(Window, BlackmanHasThreeTerms) {
  const auto y = elements_of<double>(
      "() -> (y) { n: s64[] = {4} y = BlackmanWindow(n) {output_datatype=11} }");
  EXPECT_THAT(y, ElementsAre(DoubleNear(0, 1e-15), DoubleNear(0.34, 1e-15), DoubleNear(1, 1e-15),
                             DoubleNear(0.34, 1e-15)));
}

TEST(Window, ASymmetricWindowOfOneIsItsPeak) {
  for (const std::string_view op : {"HannWindow", "HammingWindow", "BlackmanWindow"}) {
    const std::string text =
        "() -> (y) { n: s32[] = {1} y = " + std::string(op) + "(n) {periodic=0} }";
    EXPECT_EQ(answer(text), "f32[1] {1}");
  }
}

TEST(Window, NamesWhatIsWrong) {
  EXPECT_THAT(inferred("() -> (y) { n: s64[] = {-1} y = HannWindow(n) }"),
              HasSubstr("size -1 is outside"));
  EXPECT_THAT(inferred("() -> (y) { n: s64[2] = {1, 2} y = HannWindow(n) }"),
              HasSubstr("size has 2 elements, not one"));
  EXPECT_THAT(inferred("(n: s64[]) -> (y) { y = HannWindow(n) {output_datatype=8} }"),
              HasSubstr("output_datatype string is no float or integer type"));
  EXPECT_EQ(inferred("(n: s64[]) -> (y) { y = HannWindow(n) {output_datatype=7} }"), "s64[?]");
}

}  // namespace
}  // namespace mote
