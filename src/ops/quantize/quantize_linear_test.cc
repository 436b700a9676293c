// QuantizeLinear: ties, what is no number, precision, blocks, what does not fit.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(QuantizeLinear, RoundsHalfToEvenThenAddsTheZeroPoint) {
  EXPECT_EQ(answer("() -> (y) { x: f32[6] = {0.5, 1.5, 2.5, -0.5, -1.5, 300} s: f32[] = {1}\n"
                   "  z: u8[] = {10} y = QuantizeLinear(x, s, z) }"),
            "u8[6] {10, 12, 12, 10, 8, 255}");
}

TEST(QuantizeLinear, NaNIsTheZeroPointAndInfinitiesClamp) {
  EXPECT_EQ(answer("() -> (y) { x: f32[5] = {nan, inf, -inf, 3e38, -3e38} s: f32[] = {0.5}\n"
                   "  z: s8[] = {-7} y = QuantizeLinear(x, s, z) }"),
            "s8[5] {-7, 127, -128, 127, -128}");
  // 0 / 0 is no number either.
  EXPECT_EQ(answer("() -> (y) { x: f32[3] = {0, 1, -1} s: f32[] = {0}\n"
                   "  z: u16[] = {9} y = QuantizeLinear(x, s, z) }"),
            "u16[3] {9, 65535, 0}");
  EXPECT_EQ(answer("() -> (y) { x: f32[2] = {0, 1} s: f32[] = {nan} y = QuantizeLinear(x, s) }"),
            "u8[2] {0, 0}");
}

// 1000 / 3 is 333.25 in f16, 333.333 in f32; a scale of f16 asks for the former.
TEST(QuantizeLinear, DividesInTheScalesPrecisionOrTheStatedOne) {
  EXPECT_EQ(answer("() -> (y) { x: f32[1] = {2049} s: f16[] = {1}\n"
                   "  y = QuantizeLinear(x, s) {output_dtype=4} }"),
            "u16[1] {2048}");
  EXPECT_EQ(answer("() -> (y) { x: f32[1] = {2049} s: f16[] = {1}\n"
                   "  y = QuantizeLinear(x, s) {output_dtype=4, precision=1} }"),
            "u16[1] {2049}");
  EXPECT_EQ(answer("() -> (y) { x: f32[1] = {257} s: f32[] = {1}\n"
                   "  y = QuantizeLinear(x, s) {output_dtype=4, precision=16} }"),
            "u16[1] {256}");
}

TEST(QuantizeLinear, BlocksAlongAnAxisShareAScale) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,5] = {1, 1, 1, 1, 1, 2, 2, 2, 2, 2}\n"
                   "  s: f32[2,2] = {1, 0.5, 0.25, 0.125}\n"
                   "  y = QuantizeLinear(x, s) {axis=1, block_size=3} }"),
            "u8[2,5] {1, 1, 1, 2, 2, 8, 8, 8, 16, 16}");
  EXPECT_EQ(
      answer("() -> (y) { x: f32[3,2] = {1, 1, 1, 1, 1, 1} s: f32[2,2] = {1, 0.5, 0.25, 0.125}\n"
             "  z: u8[2,2] = {0, 100, 0, 200}\n"
             "  y = QuantizeLinear(x, s, z) {axis=0, block_size=2} }"),
      "u8[3,2] {1, 102, 1, 102, 4, 208}");
}

TEST(QuantizeLinear, FloatsOfEightBitsSaturateIfAsked) {
  constexpr std::string_view kText =
      "() -> (y) { x: f32[2] = {1000, -1000} s: f32[] = {1}\n"
      "  q = QuantizeLinear(x, s) {output_dtype=17, saturate=";
  EXPECT_EQ(answer(std::string(kText) + "1} y = Cast(q) {to=1} }"), "f32[2] {448, -448}");
  EXPECT_EQ(answer(std::string(kText) + "0} y = Cast(q) {to=1} }"), "f32[2] {nan, nan}");
}

TEST(QuantizeLinear, NamesWhatDoesNotFit) {
  const auto error = [](std::string_view text) { return inferred(text); };
  EXPECT_THAT(error("(x: f32[2,3], s: f32[2]) -> (y) { y = QuantizeLinear(x, s) }"),
              HasSubstr("scales f32[2] do not fit f32[2,3] along axis 1"));
  EXPECT_THAT(error("(x: f32[2,3], s: f32[3]) -> (y) { y = QuantizeLinear(x, s) {axis=2} }"),
              HasSubstr("axis 2 is outside [-2, 1]"));
  EXPECT_THAT(error("(x: f32[2,3], s: f32[2,3]) -> (y) { y = QuantizeLinear(x, s) }"),
              HasSubstr("rank 2, not 1"));
  EXPECT_THAT(error("(x: f32[2,3], s: f32[2,1]) -> (y) {\n"
                    "  y = QuantizeLinear(x, s) {block_size=2} }"),
              HasSubstr("in blocks of 2"));
  EXPECT_THAT(error("(x: f32[2,3], s: f32[3], z: u8[2]) -> (y) { y = QuantizeLinear(x, s, z) }"),
              HasSubstr("the zero point has size 2"));
  EXPECT_THAT(error("(x: f32[2], s: f32[], z: s8[]) -> (y) {\n"
                    "  y = QuantizeLinear(x, s, z) {output_dtype=2} }"),
              HasSubstr("output_dtype is u8, the zero point is s8"));
  EXPECT_THAT(error("(x: f32[2], s: f32[]) -> (y) { y = QuantizeLinear(x, s) {output_dtype=7} }"),
              HasSubstr("nothing is quantized to s64"));
  EXPECT_THAT(error("(x: f32[2], s: f32[]) -> (y) { y = QuantizeLinear(x, s) {output_dtype=99} }"),
              HasSubstr("output_dtype 99"));
  EXPECT_THAT(error("(x: f32[2], s: f32[]) -> (y) { y = QuantizeLinear(x, s) {precision=7} }"),
              HasSubstr("precision s64"));
  EXPECT_THAT(error("(x: f32[2], s: f32[]) -> (y) { y = QuantizeLinear(x, s) {block_size=-1} }"),
              HasSubstr("block_size -1 is negative"));
}

TEST(DynamicQuantizeLinear, WidensTheRangeToHoldZero) {
  const auto y =
      results_of("() -> (y, s, z) { x: f32[3] = {2, 3, 5.1} y, s, z = DynamicQuantizeLinear(x) }");
  EXPECT_THAT(y[0].values<std::uint8_t>(), ElementsAre(100, 150, 255));
  EXPECT_FLOAT_EQ(y[1].values<float>()[0], 0.02F);
  EXPECT_EQ(y[2].values<std::uint8_t>()[0], 0);
}

TEST(DynamicQuantizeLinear, NaNHasNoPartInTheRange) {
  const auto y = results_of(
      "() -> (y, s, z) { x: f32[3] = {-1, nan, 1.55} y, s, z = DynamicQuantizeLinear(x) }");
  EXPECT_THAT(y[0].values<std::uint8_t>(), ElementsAre(0, 100, 255));
  const auto infinite =
      results_of("() -> (y, s, z) { x: f32[2] = {inf, 1} y, s, z = DynamicQuantizeLinear(x) }");
  EXPECT_THAT(infinite[0].values<std::uint8_t>(), ElementsAre(0, 0));
}

}  // namespace
}  // namespace mote
