// The smaller operators of com.microsoft: roundings that someone could do in another order, inputs
// that are missing.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// 1 * 0.5 + 2 * 0.5 = 1.5 rounds once, to 2; each term alone would give 0 + 1.
TEST(QLinearAdd, RoundsTheSumOnce) {
  EXPECT_EQ(answer("() -> (c) { a: u8[3] = {1, 3, 255} b: u8[1] = {2} s: f32[] = {0.5}\n"
                   "  t: f32[] = {1} z: u8[] = {0}\n"
                   "  c = com.microsoft.QLinearAdd(a, s, z, b, s, z, t, z) }"),
            "u8[3] {2, 2, 128}");
}

TEST(QLinearAdd, NumbersThatAreNoneGiveTheZeroPoint) {
  EXPECT_EQ(answer("() -> (c) { a: u8[2] = {1, 5} s: f32[] = {nan} t: f32[] = {1} z: u8[] = {5}\n"
                   "  c = com.microsoft.QLinearAdd(a, s, z, a, t, z, t, z) }"),
            "u8[2] {5, 5}");
}

TEST(QLinearMul, MultipliesExactIntegers) {
  EXPECT_EQ(answer("() -> (c) { a: s8[2] = {-128, 127} s: f32[] = {0.01} t: f32[] = {1}\n"
                   "  z: s8[] = {127} c = com.microsoft.QLinearMul(a, s, z, a, s, z, t, z) }"),
            "s8[2] {127, 127}");
}

TEST(QLinearAdd, NamesTheInputThatIsMissing) {
  EXPECT_THAT(inferred("(a: u8[2], s: f32[]) -> (c) { c = com.microsoft.QLinearAdd(a, s) }"),
              HasSubstr("input 3 is missing"));
  EXPECT_THAT(inferred("(a: u8[2], s: f32[2]) -> (c) {\n"
                       "  c = com.microsoft.QLinearAdd(a, s, _, a, s, _, s) }"),
              HasSubstr("not one element"));
  EXPECT_THAT(inferred("(a: u8[2], b: s8[2], s: f32[]) -> (c) {\n"
                       "  c = com.microsoft.QLinearAdd(a, s, _, b, s, _, s) }"),
              HasSubstr("input 3 is s8, another u8"));
}

TEST(QLinearSigmoid, IsATableOfAllElements) {
  EXPECT_EQ(answer("() -> (y) { x: u8[5] = {0, 100, 128, 156, 255} xs: f32[] = {0.1}\n"
                   "  xz: u8[] = {128} ys: f32[] = {0.00390625} yz: u8[] = {0}\n"
                   "  y = com.microsoft.QLinearSigmoid(x, xs, xz, ys, yz) }"),
            "u8[5] {0, 15, 128, 241, 255}");
}

TEST(QLinearLeakyRelu, AlphaIsOfNegativeNumbers) {
  EXPECT_EQ(answer("() -> (y) { x: s8[3] = {-100, 0, 100} s: f32[] = {1}\n"
                   "  y = com.microsoft.QLinearLeakyRelu(x, s, _, s) {alpha=0.5} }"),
            "s8[3] {-50, 0, 100}");
}

TEST(QLinearAveragePool, PaddingCountsIfAskedAndIsZero) {
  constexpr std::string_view kStart =
      "() -> (y) { x: u8[1,1,2] = {14, 18} s: f32[] = {1} z: u8[] = {10}\n"
      "  y = com.microsoft.QLinearAveragePool(x, s, z, s, z) {kernel_shape=[2], pads=[1, 0]";
  EXPECT_EQ(answer(std::string(kStart) + "} }"), "u8[1,1,2] {14, 16}");
  EXPECT_EQ(answer(std::string(kStart) + ", count_include_pad=1} }"), "u8[1,1,2] {12, 16}");
}

TEST(QLinearGlobalAveragePool, OfNothingIsZero) {
  EXPECT_EQ(answer("() -> (y) { x: u8[1,1,0] = {} s: f32[] = {1} z: u8[] = {10}\n"
                   "  y = com.microsoft.QLinearGlobalAveragePool(x, s, z, s, z) }"),
            "u8[1,1,1] {10}");
}

TEST(QLinearSoftmax, OldOnesAreOverAllDimensionsFromTheAxisOn) {
  constexpr std::string_view kStart =
      "() -> (y) { x: u8[1,2,2] = {7, 7, 7, 7} s: f32[] = {0.5} t: f32[] = {0.00390625}\n"
      "  z: u8[] = {0} y = com.microsoft.QLinearSoftmax(x, s, z, t, z) {axis=1, opset=";
  EXPECT_EQ(answer(std::string(kStart) + "13} }"), "u8[1,2,2] {128, 128, 128, 128}");
  EXPECT_EQ(answer(std::string(kStart) + "12} }"), "u8[1,2,2] {64, 64, 64, 64}");
}

TEST(QLinearReduceMean, ChecksAxes) {
  EXPECT_THAT(inferred("(x: u8[2,3], s: f32[]) -> (y) {\n"
                       "  y = com.microsoft.QLinearReduceMean(x, s, _, s) {axes=[2]} }"),
              HasSubstr("axis 2 is outside [-2, 1]"));
  EXPECT_THAT(inferred("(x: u8[2,3], s: f32[]) -> (y) {\n"
                       "  y = com.microsoft.QLinearReduceMean(x, s, _, s) {axes=[0, -2]} }"),
              HasSubstr("given twice"));
}

TEST(QLinearConcat, EachPartComesToTheOutputsScale) {
  EXPECT_EQ(
      answer("() -> (y) { a: u8[1] = {200} b: u8[2] = {3, 255} s: f32[] = {1} t: f32[] = {0.5}\n"
             "  z: u8[] = {1} y = com.microsoft.QLinearConcat(t, z, a, s, z, b, t, z) {axis=0} }"),
      "u8[3] {255, 3, 255}");
  EXPECT_THAT(inferred("(a: u8[1], s: f32[], z: u8[]) -> (y) {\n"
                       "  y = com.microsoft.QLinearConcat(s, z, a, s, z, a) {axis=0} }"),
              HasSubstr("three for each tensor"));
}

TEST(QLinearWhere, ChoosesByCondition) {
  EXPECT_EQ(
      answer("() -> (y) { c: bool[2] = {true, false} a: u8[] = {9} b: u8[] = {3} s: f32[] = {1}\n"
             "  t: f32[] = {0.5} z: u8[] = {1}\n"
             "  y = com.microsoft.QLinearWhere(c, a, s, z, b, t, z, t, z) }"),
      "u8[2] {17, 3}");
}

}  // namespace
}  // namespace mote
