// Normalizations of sums: values as ONNX Runtime computes them.
#include "ops/microsoft/testing_near.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SkipLayerNormalization, AddsSkipAndBiasFirst) {
  EXPECT_THAT(elements_of<float>(
                  "() -> (y) { a: f32[1,2,3] = {-0.9, -0.3, -0.8, 0.5, 0.3, 0.4}\n"
                  "  b: f32[1,2,3] = {-0.9, -0.9, -1, -0.7, -1.4, -1.3}\n"
                  "  c: f32[3] = {1.9, 1.8, -1.2} d: f32[3] = {-1.9, -1.2, 0.8}\n"
                  "  e: f32[3] = {1.1, -1.9, 0.3}\n"
                  "  y = com.microsoft.SkipLayerNormalization(a, b, c, d, e) {epsilon=0.1} }"),
              near({0.036267F, -3.492947F, 0.494274F, 0.189098F, -3.509002F, 0.580095F}));
}

TEST(SkipLayerNormalization, GivesTheSumToo) {
  EXPECT_EQ(answer("() -> (s) { a: f32[1,1,2] = {1, 2} b: f32[1,2] = {3, 4} g: f32[2] = {1, 1}\n"
                   "  _, _, _, s = com.microsoft.SkipLayerNormalization(a, b, g) }"),
            "f32[1,1,2] {4, 6}");
}

TEST(SkipSimplifiedLayerNormalization, DividesByTheRootMeanSquare) {
  EXPECT_THAT(
      elements_of<float>(
          "() -> (y) { a: f32[1,2,3] = {-2, 0.1, 0.6, 1.9, -1, 1.2}\n"
          "  b: f32[1,2,3] = {1.5, 1.7, -2, -0.1, 1.9, -0.4} c: f32[3] = {1.3, 0.2, 1.1}\n"
          "  d: f32[3] = {-0.1, -1.9, -1.7}\n"
          "  y = com.microsoft.SkipSimplifiedLayerNormalization(a, b, c, d) {epsilon=0.1} }"),
      near({-0.421365F, -0.010804F, -1.842122F, 1.711859F, -0.154919F, -0.766851F}));
}

TEST(SimplifiedLayerNormalization, StandsInOnnxsDomain) {
  EXPECT_THAT(
      elements_of<float>("() -> (y) { a: f32[1,2,3] = {-1.6, -1, 1.9, 0.5, 1.3, 0.3}\n"
                         "  b: f32[3] = {0.5, 1.2, 1.7} y = SimplifiedLayerNormalization(a, b) {\n"
                         "    epsilon=0.1} }"),
      near({-0.506979F, -0.760469F, 2.046929F, 0.283676F, 1.770139F, 0.578699F}));
}

constexpr std::string_view kTables =
    "  c: f32[2,3] = {1.7, 1.3, -1.6, -0.6, -1.9, 0.2}\n"
    "  d: f32[3,3] = {1.2, -1.8, -1.2, -0.5, -1, 1.2, -0.6, 0.6, 0}\n"
    "  e: f32[2,3] = {0.3, 1.8, 1.8, -1.6, 1.4, -0.6}\n"
    "  f: f32[3] = {-1.6, -0.5, 0} g: f32[3] = {1.8, -0.5, -2} h: s32[1,2] = {1, 0}\n";

TEST(EmbedLayerNormalization, SumsTheRowsOfWordPositionAndSegment) {
  const auto y = results_of(
      "() -> (y, m, s) { a: s32[1,2] = {1, 0} b: s32[1,2] = {0, 1}\n" + std::string(kTables) +
      "  y, m, s = com.microsoft.EmbedLayerNormalization(a, b, c, d, e, f, g, "
      "h) {epsilon=0.1} }");
  EXPECT_THAT(y[0].values<float>(), near({0.641447F, 0.186642F, -2, 2.466667F, -1.166667F, -2}));
  EXPECT_THAT(y[1].values<std::int32_t>(), ElementsAre(1));
  EXPECT_THAT(y[2].values<float>(), near({0.9F, -1.9F, 0.8F, -0.4F, 1.7F, -1}));
}

TEST(EmbedLayerNormalization, WordsAreWithinTheTable) {
  EXPECT_THAT(
      answer("() -> (y) { a: s32[1,2] = {1, 2} b: s32[1,2] = {0, 1}\n" + std::string(kTables) +
             "  y = com.microsoft.EmbedLayerNormalization(a, b, c, d, e, f, g) }"),
      HasSubstr("2 is outside"));
}

TEST(GroupNorm, TheActivationIsNoneOrSiLU) {
  EXPECT_THAT(inferred("(x: f32[1,2,2,4], g: f32[4], b: f32[4]) -> (y) {\n"
                       "  y = com.microsoft.GroupNorm(x, g, b) {groups=2, activation=2} }"),
              HasSubstr("activation 2 is neither 0"));
}

}  // namespace
}  // namespace mote
