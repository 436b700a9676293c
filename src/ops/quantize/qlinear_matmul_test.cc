// QLinearMatMul, MatMulInteger, QGemm: rows and columns with their own parameters.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(MatMulInteger, RowsAndColumnsHaveZeroPoints) {
  EXPECT_EQ(answer("() -> (y) { a: u8[2,1] = {10, 10} b: s8[1,2] = {1, 1}\n"
                   "  az: u8[2] = {9, 5} bz: s8[2] = {0, -1} y = MatMulInteger(a, b, az, bz) }"),
            "s32[2,2] {1, 2, 5, 10}");
  EXPECT_EQ(
      answer("() -> (y) { a: u8[2,1,1] = {10, 10} b: s8[2,1,1] = {1, 1}\n"
             "  az: u8[2,1,1] = {9, 5} bz: s8[1,1,1] = {3} y = MatMulInteger(a, b, az, bz) }"),
      "s32[2,1,1] {-2, -10}");
}

TEST(MatMulInteger, ZeroPointsThatFitNothingAreErrors) {
  EXPECT_THAT(answer("() -> (y) { a: u8[2,1] = {10, 10} b: s8[1,2] = {1, 1} az: u8[3] = {1, 2, 3}\n"
                     "  y = MatMulInteger(a, b, az) }"),
              HasSubstr("zero points of A of size [3] do not fit 2 rows"));
  EXPECT_THAT(answer("() -> (y) { a: u8[2,1] = {10, 10} b: s8[1,2] = {1, 1} bz: s8[2,1] = {1, 2}\n"
                     "  y = MatMulInteger(a, b, _, bz) }"),
              HasSubstr("zero points of B of size [2,1] do not fit 2"));
  EXPECT_THAT(inferred("(a: u8[2,3], b: u8[2,3]) -> (y) { y = MatMulInteger(a, b) }"),
              HasSubstr("A has 3 columns, B has 2 rows"));
}

TEST(QLinearMatMul, ScalesMayBeOfRowsAndColumns) {
  EXPECT_EQ(answer("() -> (y) { a: u8[2,1] = {10, 10} as: f32[2] = {1, 2} az: u8[2] = {0, 0}\n"
                   "  b: s8[1,2] = {1, 1} bs: f32[2] = {0.5, 1} bz: s8[2] = {0, 0}\n"
                   "  ys: f32[] = {1} yz: s8[] = {-1}\n"
                   "  y = QLinearMatMul(a, as, az, b, bs, bz, ys, yz) }"),
            "s8[2,2] {4, 9, 9, 19}");
}

TEST(QLinearMatMul, FloatsOfEightBitsAreNumbersToo) {
  EXPECT_EQ(answer("() -> (y) { a: f8e4m3fn[1,2] = {2, 3} s: f32[] = {1} z: f8e4m3fn[] = {0}\n"
                   "  b: f8e4m3fn[2,1] = {4, 1} q = QLinearMatMul(a, s, z, b, s, z, s, z)\n"
                   "  y = Cast(q) {to=1} }"),
            "f32[1,1] {11}");
}

TEST(QGemm, BiasIsInUnitsOfTheProduct) {
  constexpr std::string_view kStart =
      "() -> (y) { a: u8[1,2] = {3, 4} as: f32[] = {0.5} az: u8[] = {1} b: s8[2,1] = {10, 20}\n"
      "  bs: f32[] = {0.5} bz: s8[] = {0} c: s32[] = {20} ys: f32[] = {2} yz: u8[] = {100}\n";
  // ((2 * 10 + 3 * 20) + 20) * 0.25 = 25, 12.5 steps of 2.
  EXPECT_EQ(answer(std::string(kStart) + "y = com.microsoft.QGemm(a, as, az, b, bs, bz, c) }"),
            "f32[1,1] {25}");
  EXPECT_EQ(
      answer(std::string(kStart) + "y = com.microsoft.QGemm(a, as, az, b, bs, bz, c, ys, yz) }"),
      "u8[1,1] {112}");
  EXPECT_THAT(
      answer(std::string(kStart) + "y = com.microsoft.QGemm(a, as, az, b, bs, bz, c, ys) }"),
      HasSubstr("do not come together"));
}

TEST(DynamicQuantizeMatMul, QuantizesAAsItComes) {
  EXPECT_EQ(answer("() -> (y) { a: f32[1,2] = {-255, 255} b: s8[2,1] = {5, 10} s: f32[] = {0.5}\n"
                   "  c: f32[1] = {1} y = com.microsoft.DynamicQuantizeMatMul(a, b, s, _, c) }"),
            "f32[1,1] {631}");  // (-128 * 5 + 127 * 10) * 2 * 0.5 + 1
}

}  // namespace
}  // namespace mote
