// QLinearConv, ConvInteger: zero points in padding, exact sums, the order of roundings.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Padding is the number 0, so the element x_zero_point.
TEST(ConvInteger, PaddingIsTheZeroPoint) {
  EXPECT_EQ(
      answer("() -> (y) { x: u8[1,1,3] = {10, 11, 12} w: s8[1,1,2] = {1, -100}\n"
             "  xz: u8[] = {10} wz: s8[] = {1} y = ConvInteger(x, w, xz, wz) {pads=[1, 1]} }"),
      "s32[1,1,4] {0, -101, -202, 0}");
}

TEST(ConvInteger, EachFilterHasItsZeroPoint) {
  EXPECT_EQ(answer("() -> (y) { x: u8[1,1,1] = {2} w: u8[3,1,1] = {5, 5, 5} xz: u8[] = {0}\n"
                   "  wz: u8[3] = {5, 4, 255} y = ConvInteger(x, w, xz, wz) }"),
            "s32[1,3,1] {0, 2, -500}");
}

TEST(QLinearConv, ConvertsMultipliesRoundsAndAddsInThisOrder) {
  // 3 * 0.5 = 1.5 rounds to 2, 5 * 0.5 = 2.5 to 2, -1 * 0.5 to 0; then 100 more.
  EXPECT_EQ(answer("() -> (y) { x: u8[1,1,4] = {3, 5, 255, 0} xs: f32[] = {0.5} xz: u8[] = {1}\n"
                   "  w: s8[1,1,1] = {1} ws: f32[] = {1} wz: s8[] = {0} ys: f32[] = {1}\n"
                   "  yz: u8[] = {100} b: s32[1] = {1}\n"
                   "  y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b) }"),
            "u8[1,1,4] {102, 102, 228, 100}");
}

TEST(QLinearConv, ScalesAreOfEachFilterAndTheOutputHasItsOwnType) {
  EXPECT_EQ(answer("() -> (y) { x: u8[1,1,1] = {100} xs: f32[] = {1} xz: u8[] = {0}\n"
                   "  w: s8[3,1,1] = {1, 1, -1} ws: f32[3] = {0.5, 0.25, 4} wz: s8[3] = {0, 0, 0}\n"
                   "  ys: f32[] = {1} yz: s8[] = {-10}\n"
                   "  y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz) }"),
            "s8[1,3,1] {40, 15, -128}");
}

TEST(QLinearConv, ChannelsMayComeLast) {
  EXPECT_EQ(answer("() -> (y) { x: u8[1,2,2] = {1, 2, 3, 4} s: f32[] = {1} z: u8[] = {0}\n"
                   "  w: s8[1,2,2] = {1, 10, 100, 10} wz: s8[] = {0}\n"
                   "  y = com.microsoft.QLinearConv(x, s, z, w, s, wz, s, z) {channels_last=1} }"),
            "u8[1,1,1] {255}");
  EXPECT_EQ(inferred("(x: u8[n,7,9,3], s: f32[], z: u8[], w: s8[5,3,3,3], wz: s8[]) -> (y) {\n"
                     "  y = com.microsoft.QLinearConv(x, s, z, w, s, wz, s, z)\n"
                     "      {channels_last=1, auto_pad=\"SAME_UPPER\", strides=[2, 2]} }"),
            "u8[n,4,5,5]");
}

TEST(QLinearConv, NamesWhatDoesNotFit) {
  const auto error = [](std::string_view x, std::string_view w, std::string_view scale,
                        std::string_view attributes) {
    return inferred("(x: u8" + std::string(x) + ", s: f32[], z: u8[], w: s8" + std::string(w) +
                    ", ws: f32" + std::string(scale) +
                    ", wz: s8[]) -> (y) { y = QLinearConv(x, s, z, w, ws, wz, s, z) " +
                    std::string(attributes) + "}");
  };
  EXPECT_THAT(error("[1,3,5,5]", "[4,2,3,3]", "[]", ""), HasSubstr("x has 3"));
  EXPECT_THAT(error("[1,3,5,5]", "[4,3,3]", "[]", ""), HasSubstr("X has rank 4, W has rank 3"));
  EXPECT_THAT(error("[1,3,5,5]", "[4,3,3,3]", "[3]", ""), HasSubstr("w_scale has size 3"));
  EXPECT_THAT(error("[1,3,5,5]", "[4,3,3,3]", "[]", "{group=0}"), HasSubstr("group 0"));
  EXPECT_THAT(error("[1,3,5,5]", "[4,1,3,3]", "[]", "{group=3}"), HasSubstr("does not divide 4"));
  EXPECT_THAT(error("[1,3,5,5]", "[4,3,3,3]", "[]", "{strides=[0, 1]}"),
              HasSubstr("strides has 0"));
  EXPECT_THAT(error("[1,3,5,5]", "[4,3,3,3]", "[]", "{kernel_shape=[3]}"),
              HasSubstr("kernel_shape has 1 values"));
  EXPECT_THAT(error("[3,5]", "[4,3]", "[]", ""), HasSubstr("rank 2 is outside"));
}

}  // namespace
}  // namespace mote
