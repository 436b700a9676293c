// Attention, MultiHeadAttention and RotaryEmbedding of com.microsoft: values as ONNX Runtime
// computes them.
#include "ops/microsoft/testing_near.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(MicrosoftAttention, PadsByWhereSequencesEnd) {
  EXPECT_THAT(
      elements_of<float>(
          "() -> (y) { a: f32[1,3,2] = {-0.5, 1.2, -1.8, -0.2, 1.3, -0.9}\n"
          "  b: f32[2,6] = {-1.7, -1, -1.7, 1.2, -1.3, -1.2, 1.3, 1.2, 0.4, 1.7, -1.8, 1.9}\n"
          "  c: f32[6] = {0.3, -0.8, 1.3, 0.6, 1.9, -1.6} d: s32[2] = {3, 1}\n"
          "  y = com.microsoft.Attention(a, b, c, d) {num_heads=1, unidirectional=1} }"),
      near({0.39F, 1.28F, 4.6F, 0.18F, 1.834602F, -4.861609F}));
}

TEST(MicrosoftAttention, KeepsKeysAndValuesInOneTensor) {
  const auto y = results_of(
      "() -> (y, p) { a: f32[1,2,2] = {0.3, -0.1, 0.6, -1}\n"
      "  b: f32[2,6] = {-1.9, 0.2, -0.5, 1.6, -0.2, -0.3, 0.5, 0.1, 1.8, 1.2, 0, -1.2}\n"
      "  c: f32[6] = {0.4, 1, 1, 2, -1.1, -0.3} d: s32[1,3] = {0, 1, 1}\n"
      "  e: f32[2,1,2,1,1] = {-0.3, -0.7, -0.5, -0.1}\n"
      "  y, p = com.microsoft.Attention(a, b, c, d, e) {num_heads=2} }");
  EXPECT_THAT(y[0].values<float>(), near({-1.195768F, 0.074035F, -1.213987F, 0.078087F}));
  EXPECT_THAT(y[1].values<float>(), near({-0.3F, 0.67F, -1.1F, -0.7F, 2.36F, 1.76F, -0.5F, -1.16F,
                                          -1.22F, -0.1F, -0.27F, 0.72F}));
}

TEST(MicrosoftAttention, SaysWhatItDoesNotDo) {
  const auto message = [](std::string_view mask, std::string_view attributes) {
    return answer("() -> (y) { a: f32[1,2,2] = {0, 0, 0, 0} b: f32[2,6] = {random 1}\n" +
                  std::string(mask) + " y = com.microsoft.Attention(a, b, _, m) {num_heads=1" +
                  std::string(attributes) + "} }");
  };
  EXPECT_THAT(message("m: s32[1] = {2}", ", do_rotary=1"), HasSubstr("do_rotary is not done"));
  EXPECT_THAT(message("m: s32[4] = {2, 2, 2, 2}", ""),
              HasSubstr("a mask of 4 elements for a batch of 1"));
}

TEST(MultiHeadAttention, AddsBiasesAndMasks) {
  EXPECT_THAT(elements_of<float>(
                  "() -> (y) { a: f32[1,2,4] = {0.2, -0.9, -1.5, -0.8, -1.5, -0.7, 0.7, 0.4}\n"
                  "  b: f32[1,3,4] = {2, 0.2, 0.2, 0.6, 0.9, 0.5, 0.4, 0.4, -0.6, 1.1, 0.4, -0.8}\n"
                  "  c: f32[1,3,2] = {-1, -1.7, -0.6, -1.9, -1.3, -1.8}\n"
                  "  d: f32[10] = {-0.9, -0.6, 0.4, 1.1, 0.5, -1.4, 1.6, 0.9, 0, 0.6}\n"
                  "  e: s32[1,3] = {1, 1, 0} f: f32[1,1,2,3] = {0, -1.3, 0.6, 2, 1.1, -1.3}\n"
                  "  y = com.microsoft.MultiHeadAttention(a, b, c, d, e, f) {num_heads=2} }"),
              near({-0.898122F, -1.136545F, -0.733525F, -1.155513F}));
}

TEST(MultiHeadAttention, AppendsToThePast) {
  const auto y = results_of(
      "() -> (y, k, v) { a: f32[1,1,2] = {-1.5, 1.7} b: f32[1,1,2] = {1.6, 1}\n"
      "  c: f32[1,1,2] = {1, -1.4} d: f32[6] = {1.2, -1.2, -1.4, -0.4, -2, 1.4}\n"
      "  g: f32[1,1,2,2] = {-1.4, 1, 0.3, 1.1} h: f32[1,1,2,2] = {0.4, 1.8, -0.5, 0}\n"
      "  y, k, v = com.microsoft.MultiHeadAttention(a, b, c, d, _, _, g, h) {\n"
      "    num_heads=1, unidirectional=1} }");
  EXPECT_THAT(y[0].values<float>(), near({-0.247558F, 0.769033F}));
  EXPECT_THAT(y[1].values<float>(), near({-1.4F, 1, 0.3F, 1.1F, 0.2F, 0.6F}));
  EXPECT_THAT(y[2].values<float>(), near({0.4F, 1.8F, -0.5F, 0, -1, 0}));
}

TEST(MultiHeadAttention, KeysOfAnEarlierStepHaveTheirBiasAlready) {
  EXPECT_THAT(
      elements_of<float>("() -> (y) { a: f32[1,2,2] = {-0.6, 1, -0.8, 1.2}\n"
                         "  b: f32[1,1,3,2] = {-1.7, -1.1, -0.2, -1.5, -1.2, 1.4}\n"
                         "  c: f32[1,1,3,2] = {-0.5, -1.1, 1.4, 0.3, 0.5, 1.6}\n"
                         "  d: f32[6] = {0.9, -0.9, -2, 0.2, 0.8, 1.2}\n"
                         "  y = com.microsoft.MultiHeadAttention(a, b, c, d) {num_heads=1} }"),
      near({0.555329F, 0.388711F, 0.478661F, 0.535015F}));
}

// One key: its value is the answer, in whichever layout it comes.
TEST(MultiHeadAttention, QueriesKeysAndValuesMayBePacked) {
  EXPECT_EQ(answer("() -> (y) { a: f32[1,1,2,3,1] = {1, 2, 5, 3, 4, 6}\n"
                   "  y = com.microsoft.MultiHeadAttention(a) {num_heads=2} }"),
            "f32[1,1,2] {5, 6}");
  EXPECT_EQ(answer("() -> (y) { a: f32[1,1,2] = {1, 3} b: f32[1,1,2,2,1] = {2, 5, 4, 6}\n"
                   "  y = com.microsoft.MultiHeadAttention(a, b) {num_heads=2} }"),
            "f32[1,1,2] {5, 6}");
  EXPECT_THAT(answer("() -> (y) { a: f32[1,1,2] = {1, 3}\n"
                     "  y = com.microsoft.MultiHeadAttention(a) {num_heads=2} }"),
              HasSubstr("query of rank 3 without key"));
}

TEST(MicrosoftRotaryEmbedding, AllSequencesMayStartAtOnePosition) {
  EXPECT_THAT(
      elements_of<float>("() -> (y) { a: f32[1,2,4] = {0.9, 1.3, -1.5, -0.5, 1.7, -0.3, 1.7, 1.8}\n"
                         "  b: s64[1] = {1} c: f32[3,2] = {-2, -0.3, 0.3, -0.6, -0.5, -0.6}\n"
                         "  d: f32[3,2] = {-1.1, -1.9, 0.9, 2, -1.8, 1.4}\n"
                         "  y = com.microsoft.RotaryEmbedding(a, b, c, d) }"),
      near({1.62F, 0.22F, 0.36F, 2.9F, 2.21F, -2.34F, -3.91F, -1.5F}));
}

TEST(MicrosoftRotaryEmbedding, PositionsAreWithinTheCaches) {
  EXPECT_THAT(answer("() -> (y) { a: f32[1,2,2] = {1, 2, 3, 4} b: s64[1] = {2}\n"
                     "  c: f32[3,1] = {1, 1, 1} y = com.microsoft.RotaryEmbedding(a, b, c, c) }"),
              HasSubstr("position 3 is outside [0, 3)"));
}

}  // namespace
}  // namespace mote
