// MatMulNBits and GatherBlockQuantized: how bits are packed, what is refused.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

// The low half of a byte is the first element; without zero points 8 stands for 0.
TEST(MatMulNBits, LowBitsComeFirst) {
  EXPECT_EQ(answer("() -> (y) {\n"
                   "  a: f32[1,16] = {1, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}\n"
                   "  b: u8[1,1,8] = {0xf900000000000000} s: f32[1,1] = {0.5}\n"
                   "  y = com.microsoft.MatMulNBits(a, b, s) {N=1, K=16, block_size=16} }"),
            "f32[1,1] {35.5}");  // (9 - 8) * 0.5 + 10 * (15 - 8) * 0.5
  EXPECT_EQ(
      answer("() -> (y) {\n"
             "  a: f32[1,16] = {1, 10, 100, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}\n"
             "  b: u8[1,1,4] = {0xe4000000} s: f32[1,1] = {1} z: u8[1,1] = {1}\n"
             "  y = com.microsoft.MatMulNBits(a, b, s, z) {N=1, K=16, bits=2, block_size=16} }"),
      "f32[1,1] {2099}");  // -1 + 0 * 10 + 100 + 2 * 1000
}

TEST(MatMulNBits, ZeroPointsOfARowFillWholeBytes) {
  // Two rows of one block: the second row's zero point is in its own byte.
  EXPECT_EQ(answer("() -> (y) {\n"
                   "  a: f32[1,16] = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}\n"
                   "  b: u8[2,1,8] = {0x05000000000000000500000000000000} s: f32[2,1] = {1, 1}\n"
                   "  z: u8[2,1] = {3, 4}\n"
                   "  y = com.microsoft.MatMulNBits(a, b, s, z) {N=2, K=16, block_size=16} }"),
            "f32[1,2] {2, 1}");
}

TEST(MatMulNBits, RefusesWhatItDoesNotCompute) {
  const auto error = [](std::string_view inputs, std::string_view attributes) {
    return inferred(
        "(a: f32[1,16], b: u8[1,1,8], s: f32[1], g: s32[16]) -> (y) {\n"
        "  y = com.microsoft.MatMulNBits(" +
        std::string(inputs) + ") {" + std::string(attributes) + "} }");
  };
  EXPECT_THAT(error("a, b, s, _, g", "N=1, K=16, block_size=16"), HasSubstr("g_idx"));
  EXPECT_THAT(error("a, b, s", "N=1, K=16, block_size=16, bits=3"), HasSubstr("bits 3"));
  EXPECT_THAT(error("a, b, s", "N=1, K=16, block_size=24"), HasSubstr("block_size 24"));
  EXPECT_THAT(error("a, b, s", "N=1, K=0, block_size=16"), HasSubstr("N or K is 0"));
  EXPECT_THAT(error("a, b, s", "N=1, K=16, block_size=16, weight_prepacked=1"),
              HasSubstr("weight_prepacked 1"));
  EXPECT_THAT(error("a, b, s", "N=2, K=16, block_size=16"), HasSubstr("B has size 1"));
  EXPECT_THAT(error("a, b, s", "N=1, K=17, block_size=16"), HasSubstr("B has size 1"));
  EXPECT_THAT(error("a, b", "N=1, K=16, block_size=16"), HasSubstr("input 2 is missing"));
}

TEST(GatherBlockQuantized, AnIndexOutsideTheTableGivesZeros) {
  EXPECT_EQ(answer("() -> (y) { x: s4[2,2] = {1, -2, 3, -8} s: f32[2,1] = {1, 0.5}\n"
                   "  i: s64[4] = {1, 2, -1, -3}\n"
                   "  y = com.microsoft.GatherBlockQuantized(x, i, s) {block_size=16} }"),
            "f32[4,2] {1.5, -4, 0, 0, 1.5, -4, 0, 0}");
}

TEST(GatherBlockQuantized, BytesHoldSeveralElements) {
  EXPECT_EQ(answer("() -> (y) { x: u8[1,2] = {0x980f} s: f32[1,1] = {1} i: s64[] = {0}\n"
                   "  y = com.microsoft.GatherBlockQuantized(x, i, s) {block_size=16} }"),
            "f32[4] {0, 1, 7, -8}");
}

TEST(GatherBlockQuantized, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: u4[2,40], s: f32[2,2], i: s64[1]) -> (y) {\n"
                       "  y = com.microsoft.GatherBlockQuantized(x, i, s) {block_size=16} }"),
              HasSubstr("scales has size 2 in dimension 1, not 3"));
  EXPECT_THAT(inferred("(x: u4[2,40], s: f32[2,1], i: s64[1]) -> (y) {\n"
                       "  y = com.microsoft.GatherBlockQuantized(x, i, s) {block_size=0} }"),
              HasSubstr("block_size 0"));
  EXPECT_THAT(answer("() -> (y) { x: u4[1,2] = {1, 2} s: f32[1,1] = {1} z: u4[1,2] = {1, 2}\n"
                     "  i: s64[] = {0}\n"
                     "  y = com.microsoft.GatherBlockQuantized(x, i, s, z) {block_size=16} }"),
              HasSubstr("zero_points [1,2] do not fit scales [1,1]"));
}

}  // namespace
}  // namespace mote
