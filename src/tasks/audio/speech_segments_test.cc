#include "tasks/audio/speech_segments.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::ElementsAre;

// A chunk is 10 ms of 100 samples.
constexpr AudioRule kAudio = {.sample_rate = 10'000, .chunk = 100};

SpeechRule rule_of(std::int32_t min_speech, std::int32_t min_silence, std::int32_t pad) {
  SpeechRule rule;
  rule.min_speech_ms = min_speech;
  rule.min_silence_ms = min_silence;
  rule.pad_ms = pad;
  return rule;
}

// A letter for each chunk: S speech, s between the thresholds, . silence.
std::vector<SpeechSegment> segments(std::string_view chunks, const SpeechRule& rule) {
  std::vector<float> probabilities;
  for (const char c : chunks) probabilities.push_back(c == 'S' ? 0.9F : c == 's' ? 0.4F : 0.1F);
  return speech_segments(probabilities, std::ssize(chunks) * 100, kAudio, rule);
}

TEST(SpeechSegments, BeginAtTheThresholdAndEndWhereSilenceBegan) {
  EXPECT_THAT(segments("..SSSS....", rule_of(0, 20, 0)), ElementsAre(SpeechSegment{200, 600}));
  EXPECT_THAT(segments("..ssss....", rule_of(0, 20, 0)), ElementsAre());
}

TEST(SpeechSegments, ShortSilenceDoesNotEndThem) {
  EXPECT_THAT(segments("SSS..SSS", rule_of(0, 30, 0)), ElementsAre(SpeechSegment{0, 800}));
  EXPECT_THAT(segments("SSS...SSS", rule_of(0, 20, 0)),
              ElementsAre(SpeechSegment{0, 300}, SpeechSegment{600, 900}));
}

// Between the thresholds silence goes on, but speech does not end.
TEST(SpeechSegments, BetweenTheThresholdsNothingChanges) {
  EXPECT_THAT(segments("SSS.sssSSS", rule_of(0, 30, 0)), ElementsAre(SpeechSegment{0, 1000}));
  EXPECT_THAT(segments("SSS.ss.SSS", rule_of(0, 30, 0)),
              ElementsAre(SpeechSegment{0, 300}, SpeechSegment{700, 1000}));
}

TEST(SpeechSegments, ShortOnesAreDropped) {
  EXPECT_THAT(segments("SS....SSS...", rule_of(20, 10, 0)), ElementsAre(SpeechSegment{600, 900}));
}

TEST(SpeechSegments, GrowByThePaddingWithinTheSound) {
  EXPECT_THAT(segments(".SSS......", rule_of(0, 10, 20)), ElementsAre(SpeechSegment{0, 600}));
  EXPECT_THAT(segments(".......SSS", rule_of(0, 10, 20)), ElementsAre(SpeechSegment{500, 1000}));
  // The silence of 300 samples is shared.
  EXPECT_THAT(segments("SSS...SSS", rule_of(0, 10, 20)),
              ElementsAre(SpeechSegment{0, 450}, SpeechSegment{450, 900}));
}

TEST(SpeechSegments, OfNothingAreNone) { EXPECT_THAT(segments("", SpeechRule()), ElementsAre()); }

}  // namespace
}  // namespace mote
