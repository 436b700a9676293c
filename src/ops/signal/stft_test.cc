// STFT: frames, windows, what its optional inputs mean.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(Stft, TransformsEachFrame) {
  EXPECT_EQ(answer("() -> (y) { x: f32[1,7,1] = {1, 0, -1, 0, 1, 0, 5} s: s64[] = {2}\n"
                   "  n: s64[] = {4} y = STFT(x, s, _, n) }"),
            "f32[1,2,3,2] {0, 0, 2, 0, 0, 0, 0, 0, -2, 0, 0, 0}");
}

TEST(Stft, TheWindowWeighsItsFrame) {
  EXPECT_EQ(answer("() -> (y) { x: f32[1,4,1] = {1, 2, 3, 4} s: s64[] = {2}\n"
                   "  w: f32[2] = {1, 10} y = STFT(x, s, w) {onesided=0} }"),
            "f32[1,2,2,2] {21, 0, -19, 0, 43, 0, -37, 0}");
}

TEST(Stft, WithoutLengthAndWindowTheSignalIsTheFrame) {
  EXPECT_EQ(inferred("(x: f32[3,10,1]) -> (y) { s: s64[] = {2} y = STFT(x, s) }"), "f32[3,1,6,2]");
  EXPECT_EQ(inferred("(x: f32[3,10,1], w: f32[4]) -> (y) { s: s64[] = {2} y = STFT(x, s, w) }"),
            "f32[3,4,3,2]");
  EXPECT_EQ(inferred("(x: f32[3,10,1], s: s64[], w: f32[4]) -> (y) { y = STFT(x, s, w) }"),
            "f32[3,?,3,2]");
}

TEST(Stft, NamesWhatIsWrong) {
  EXPECT_THAT(inferred("(x: f32[1,8,1]) -> (y) { s: s64[] = {0} y = STFT(x, s) }"),
              HasSubstr("frame_step 0 is not positive"));
  EXPECT_THAT(inferred("(x: f32[1,8,1]) -> (y) { s: s64[] = {1} n: s64[] = {9}\n"
                       "  y = STFT(x, s, _, n) }"),
              HasSubstr("frame_length 9 is more than the signal's 8 samples"));
  EXPECT_THAT(inferred("(x: f32[1,8,1]) -> (y) { s: s64[] = {1} n: s64[] = {-2}\n"
                       "  y = STFT(x, s, _, n) }"),
              HasSubstr("frame_length -2 is not positive"));
  EXPECT_THAT(inferred("(x: f32[1,8,1], w: f32[3]) -> (y) { s: s64[] = {1} n: s64[] = {4}\n"
                       "  y = STFT(x, s, w, n) }"),
              HasSubstr("window has size 3 in dimension 0, not 4"));
  EXPECT_THAT(inferred("(x: f32[1,8,2]) -> (y) { s: s64[] = {1} y = STFT(x, s) }"),
              HasSubstr("is 2, where a real signal"));
}

}  // namespace
}  // namespace mote
