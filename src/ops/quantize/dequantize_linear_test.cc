// DequantizeLinear: exact differences, one rounding, the narrow types.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(DequantizeLinear, TakesTheZeroPointOffInExactIntegers) {
  EXPECT_EQ(answer("() -> (y) { x: s8[3] = {-128, 0, 127} s: f32[] = {0.5} z: s8[] = {127}\n"
                   "  y = DequantizeLinear(x, s, z) }"),
            "f32[3] {-127.5, -63.5, 0}");
  EXPECT_EQ(answer("() -> (y) { x: s32[2] = {16777217, -2147483648} s: f32[] = {1}\n"
                   "  y = DequantizeLinear(x, s) }"),
            "f32[2] {16777216, -2147483648}");
  EXPECT_EQ(answer("() -> (y) { x: u2[4] = {0, 1, 2, 3} s: f32[2] = {1, 10} z: u2[2] = {3, 1}\n"
                   "  y = DequantizeLinear(x, s, z) {axis=0, block_size=2} }"),
            "f32[4] {-3, -2, 10, 20}");
}

// 4097 * 1.0009765625 = 4101.0009...: in f16 4100, as 4096 * 1.0009765625 would be.
TEST(DequantizeLinear, RoundsOnceToTheOutputsType) {
  EXPECT_EQ(answer("() -> (y) { x: s16[1] = {4099} s: f16[] = {1.0009765625}\n"
                   "  y = DequantizeLinear(x, s) }"),
            "f16[1] {4104}");
  EXPECT_EQ(answer("() -> (y) { x: u8[2] = {3, 255} s: f8e8m0[] = {0.5}\n"
                   "  y = DequantizeLinear(x, s) {output_dtype=1} }"),
            "f32[2] {1.5, 127.5}");
}

TEST(DequantizeLinear, ANumberThatIsNoneStaysSo) {
  EXPECT_EQ(answer("() -> (y) { x: f8e4m3fn[2] = {nan, 448} s: f32[] = {2}\n"
                   "  y = DequantizeLinear(x, s) }"),
            "f32[2] {nan, 896}");
  EXPECT_EQ(answer("() -> (y) { x: u8[2] = {0, 1} s: f32[] = {inf} y = DequantizeLinear(x, s) }"),
            "f32[2] {nan, inf}");
}

TEST(DequantizeLinear, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: u8[2,3], s: f32[], z: s8[]) -> (y) { y = DequantizeLinear(x, s, z) }"),
              HasSubstr("input 2 is s8, another u8"));
  EXPECT_THAT(inferred("(x: u8[2], s: f8e8m0[]) -> (y) { y = DequantizeLinear(x, s) }"),
              HasSubstr("need an output_dtype"));
  EXPECT_THAT(
      inferred("(x: u8[2], s: f32[]) -> (y) { y = DequantizeLinear(x, s) {output_dtype=3} }"),
      HasSubstr("output_dtype s8"));
  EXPECT_THAT(inferred("(x: u8[2,3], s: f32[3]) -> (y) { y = DequantizeLinear(x, s) {axis=-3} }"),
              HasSubstr("axis -3 is outside [-2, 1]"));
  EXPECT_EQ(inferred("(x: u8[n,3], s: f32[n]) -> (y) { y = DequantizeLinear(x, s) {axis=0} }"),
            "f32[n,3]");
}

// Sizes that nobody stated are checked when they are known.
TEST(DequantizeLinear, ChecksSizesThatInferenceDidNotKnow) {
  EXPECT_THAT(answer("(x: u8[...], s: f32[...]) -> (y) { y = DequantizeLinear(x, s) }",
                     {Tensor::of<std::uint8_t>({2, 3}, {1, 2, 3, 4, 5, 6}),
                      Tensor::of<float>({2}, {1, 2})}),
              HasSubstr("do not fit"));
}

}  // namespace
}  // namespace mote
