// DFT: known transforms, exact zeros, padding and cutting, real signals, wrong axes and lengths.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;
using testing::Pointwise;

TEST(Dft, ACosineHasTwoFrequencies) {
  EXPECT_EQ(answer("() -> (y) { x: f32[4,1] = {1, 0, -1, 0} a: s64[] = {0} y = DFT(x, _, a) }"),
            "f32[4,2] {0, 0, 2, 0, 0, 0, 2, 0}");
}

// A sine of 3 turns in 16 samples: what is nothing is nothing to the last bit that f32 shows.
TEST(Dft, ZerosAreZeros) {
  const auto y = elements_of<float>(
      "() -> (y) { k: s64[] = {0} n: s64[] = {16} d: s64[] = {1} i = Range(k, n, d)\n"
      "  f = Cast(i) {to=11} w: f64[] = {1.1780972450961724} t = Mul(f, w) s = Sin(t)\n"
      "  z = Cast(s) {to=1} h: s64[3] = {1, 16, 1} x = Reshape(z, h) y = DFT(x) }");
  ASSERT_EQ(y.size(), 32U);
  for (std::size_t k = 0; k < 16; ++k) {
    EXPECT_NEAR(y[2 * k], 0, 1e-6);
    EXPECT_NEAR(y[2 * k + 1], k == 3 ? -8 : (k == 13 ? 8 : 0), 1e-6);
  }
}

TEST(Dft, LengthCutsOrAppendsZeros) {
  EXPECT_EQ(answer("() -> (y) { x: f32[4,1] = {1, 2, 30, 40} n: s64[] = {2} y = DFT(x, n) }"),
            "f32[2,2] {3, 0, -1, 0}");
  EXPECT_EQ(answer("() -> (y) { x: f32[1,1] = {3} n: s64[] = {4} y = DFT(x, n) }"),
            "f32[4,2] {3, 0, 3, 0, 3, 0, 3, 0}");
}

TEST(Dft, InverseDividesByTheLength) {
  EXPECT_EQ(answer("() -> (y) { x: f32[4,2] = {0, 0, 2, 0, 0, 0, 2, 0} y = DFT(x) {inverse=1} }"),
            "f32[4,2] {1, 0, 0, 0, -1, 0, 0, 0}");
}

TEST(Dft, OnesidedIsTheFirstHalf) {
  EXPECT_EQ(answer("() -> (y) { x: f32[4,1] = {1, 2, 3, 4} y = DFT(x) {onesided=1} }"),
            "f32[3,2] {10, 0, -2, 2, -2, 0}");
  EXPECT_EQ(inferred("(x: f32[2,7,1]) -> (y) { y = DFT(x) {onesided=1} }"), "f32[2,4,2]");
}

// The imaginary parts of what mirrors itself, here 7 and 9, say nothing.
TEST(Dft, HalfASpectrumBecomesRealAgain) {
  EXPECT_EQ(answer("() -> (y) { x: f32[3,2] = {10, 7, -2, 2, -2, 9}\n"
                   "  y = DFT(x) {onesided=1, inverse=1} }"),
            "f32[4,1] {1, 2, 3, 4}");
  const auto odd = elements_of<float>(
      "() -> (y) { x: f32[1,5,1] = {1, -2, 3, 5, 8} n: s64[] = {5} f = DFT(x) {onesided=1}\n"
      "  y = DFT(f, n) {onesided=1, inverse=1} }");
  EXPECT_THAT(odd, Pointwise(testing::FloatNear(1e-6F), {1, -2, 3, 5, 8}));
  EXPECT_EQ(inferred("(x: f32[2,5,2]) -> (y) { y = DFT(x) {onesided=1, inverse=1} }"),
            "f32[2,8,1]");
}

TEST(Dft, TheAxisWasAnAttributeWithAnotherDefault) {
  const auto sizes = [](std::string_view text) { return upgraded_results_of(text, 17)[0].dims(); };
  EXPECT_EQ(sizes("() -> (y) { x: f32[1,4,6,1] = {random 1} y = DFT(x) {onesided=1} }"),
            Dims({1, 3, 6, 2}));
  EXPECT_EQ(sizes("() -> (y) { x: f32[1,4,6,1] = {random 1} y = DFT(x) {onesided=1, axis=-2} }"),
            Dims({1, 4, 4, 2}));
  EXPECT_EQ(sizes("() -> (y) { x: f32[1,4,6,1] = {random 1} n: s64[] = {9} y = DFT(x, n) }"),
            Dims({1, 9, 6, 2}));
}

TEST(Dft, NamesWhatIsWrong) {
  EXPECT_THAT(inferred("(x: f32[2,4,1]) -> (y) { a: s64[] = {2} y = DFT(x, _, a) }"),
              HasSubstr("axis 2 is the last of 3"));
  EXPECT_THAT(inferred("(x: f32[2,4,1]) -> (y) { a: s64[] = {-4} y = DFT(x, _, a) }"),
              HasSubstr("axis -4 is outside [-3, 2]"));
  EXPECT_THAT(inferred("(x: f32[2,4,3]) -> (y) { y = DFT(x) }"), HasSubstr("is 3, where signals"));
  EXPECT_THAT(inferred("(x: f32[2,4,2]) -> (y) { y = DFT(x) {onesided=1} }"),
              HasSubstr("is 2, where a real signal has 1"));
  EXPECT_THAT(inferred("(x: f32[2,4,1]) -> (y) { y = DFT(x) {onesided=1, inverse=1} }"),
              HasSubstr("is 1, where half a spectrum has 2"));
  EXPECT_THAT(inferred("(x: f32[2,4,1]) -> (y) { n: s64[] = {0} y = DFT(x, n) }"),
              HasSubstr("dft_length 0 is outside [1, 2^40]"));
  EXPECT_THAT(inferred("(x: f32[2,4,1]) -> (y) { n: s64[] = {9223372036854775807}\n"
                       "  y = DFT(x, n) }"),
              HasSubstr("is outside [1, 2^40]"));
  EXPECT_THAT(inferred("(x: f32[2,1,2]) -> (y) { y = DFT(x) {onesided=1, inverse=1} }"),
              HasSubstr("length 0 is outside"));
  EXPECT_THAT(inferred("(x: f32[4]) -> (y) { y = DFT(x) }"), HasSubstr("rank 1, less than 2"));
}

TEST(Dft, AnUnknownAxisLeavesSizesOpen) {
  EXPECT_EQ(inferred("(x: f32[2,4,1], a: s64[]) -> (y) { y = DFT(x, _, a) }"), "f32[?,?,2]");
  EXPECT_EQ(inferred("(x: f32[2,4,1], n: s64[]) -> (y) { y = DFT(x, n) }"), "f32[2,?,2]");
}

}  // namespace
}  // namespace mote
