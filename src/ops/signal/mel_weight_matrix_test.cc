// MelWeightMatrix: triangles, what lies beyond the spectrum, frequencies that are none.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string mel(std::string_view bins, std::string_view length, std::string_view rate,
                std::string_view lower, std::string_view upper) {
  std::string text = "() -> (y) {";
  text += " m: s64[] = {" + std::string(bins) + "} n: s64[] = {" + std::string(length);
  text += "} r: s64[] = {" + std::string(rate) + "} a: f32[] = {" + std::string(lower);
  text += "} b: f32[] = {" + std::string(upper) + "} y = MelWeightMatrix(m, n, r, a, b) }";
  return answer(text);
}

// Two triangles between 0 and 1000 Hz: on the mel scale, a quarter of the way is 7, a half 15.
TEST(MelWeightMatrix, PeaksAreOne) {
  // Corners lie at mel 0, 250, 500, 750: 0, 173.9, 390.9, 661.8 Hz, which are bins 0, 1, 3, 5.
  EXPECT_EQ(mel("2", "8", "1100", "0", "1000"), "f32[5,2] {0, 0, 1, 0, 0.5, 0.5, 0, 1, 0, 0.5}");
}

TEST(MelWeightMatrix, WhatIsBeyondTheSpectrumIsCutOff) {
  EXPECT_EQ(mel("1", "4", "100", "1e6", "1e30"), "f32[3,1] {0, 0, 0}");
  EXPECT_EQ(mel("1", "2", "1000", "0", "0"), "f32[2,1] {1, 0}");
}

TEST(MelWeightMatrix, NamesWhatIsWrong) {
  EXPECT_THAT(mel("-1", "8", "1000", "0", "9"), HasSubstr("num_mel_bins -1 is less than 0"));
  EXPECT_THAT(mel("1", "0", "1000", "0", "9"), HasSubstr("dft_length 0 is less than 1"));
  EXPECT_THAT(mel("1", "8", "0", "0", "9"), HasSubstr("sample_rate 0 is less than 1"));
  EXPECT_THAT(mel("1", "8", "1000", "nan", "9"), HasSubstr("lower_edge_hertz nan is no frequency"));
  EXPECT_THAT(mel("1", "8", "1000", "0", "inf"), HasSubstr("upper_edge_hertz inf is no frequency"));
  EXPECT_THAT(mel("1", "8", "1000", "9", "3"), HasSubstr("9 is above upper_edge_hertz 3"));
  EXPECT_THAT(mel("9223372036854775807", "9223372036854775806", "1000", "0", "3"),
              HasSubstr("more elements than memory can hold"));
}

}  // namespace
}  // namespace mote
