// LSTM, GRU, RNN: orders, lengths, options; with activations that leave sums as they are, so that
// values are found by hand.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kLinearRnn =
    "w: f32[1,1,1] = {1} r: f32[1,1,1] = {2} x: f32[3,1,1] = {1, 2, 3}\n";

std::string rnn(std::string_view outputs, std::string_view attributes) {
  return "() -> (" + std::string(outputs.substr(outputs.find_first_not_of("_, "))) + ") { " +
         std::string(kLinearRnn) + std::string(outputs) + " = RNN(x, w, r) {activations=[" +
         "\"Affine\"]" + std::string(attributes) + "} }";
}

TEST(Rnn, AddsUpForwardsAndInReverse) {
  EXPECT_EQ(answer(rnn("y", "")), "f32[3,1,1,1] {1, 4, 11}");
  EXPECT_EQ(answer(rnn("y", ", direction=\"reverse\"")), "f32[3,1,1,1] {17, 8, 3}");
  EXPECT_EQ(answer(rnn("_, h", "")), "f32[1,1,1] {11}");
  EXPECT_EQ(answer(rnn("_, h", ", direction=\"reverse\"")), "f32[1,1,1] {17}");
}

TEST(Rnn, ClipsWhatEntersTheActivation) {
  EXPECT_EQ(answer(rnn("y", ", clip=5.0, activation_beta=[0.5]")), "f32[3,1,1,1] {1.5, 5.5, 5.5}");
}

// The second sequence has two steps, the third none.
TEST(Rnn, EndsEachSequenceAtItsLength) {
  const std::string inputs =
      "w: f32[2,1,1] = {1, 1} r: f32[2,1,1] = {2, 2} l: s32[3] = {3, 2, 0}\n"
      "x: f32[3,3,1] = {1, 1, 1, 2, 2, 2, 3, 3, 3} i: f32[2,3,1] = {0, 0, 5, 0, 0, 5}\n";
  const std::string node =
      "y, h = RNN(x, w, r, _, l, i) {activations=[\"Affine\", \"Affine\"],\n"
      "  direction=\"bidirectional\"} }";
  const auto y = results_of("() -> (y, h) { " + inputs + node);
  EXPECT_THAT(y[0].values<float>(),
              ElementsAre(1, 1, 0, 17, 5, 0, 4, 4, 0, 8, 2, 0, 11, 0, 0, 3, 0, 0));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(11, 4, 0, 17, 5, 0));
}

TEST(Rnn, PutsTheBatchFirstInLayout1) {
  const auto y = results_of(
      "() -> (y, h) { w: f32[1,1,1] = {1} r: f32[1,1,1] = {2} i: f32[2,1,1] = {10, 20}\n"
      "  x: f32[2,3,1] = {1, 2, 3, 4, 5, 6}\n"
      "  y, h = RNN(x, w, r, _, _, i) {activations=[\"Affine\"], layout=1} }");
  EXPECT_EQ(y[0].dims(), Dims({2, 3, 1, 1}));
  EXPECT_THAT(y[0].values<float>(), ElementsAre(21, 44, 91, 44, 93, 192));
  EXPECT_EQ(y[1].dims(), Dims({2, 1, 1}));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(91, 192));
}

// i 1, o 10, f 100, c 1000 by their biases; both biases count.
TEST(Lstm, HasItsGatesInTheOrderOfOnnx) {
  const auto y = results_of(
      "() -> (h, c) { x: f32[1,1,1] = {0} w: f32[1,4,1] = {0, 0, 0, 0} r: f32[1,4,1] = {0, 0, 0, "
      "0}\n"
      "  b: f32[1,8] = {1, 4, 100, 900, 0, 6, 0, 100} c0: f32[1,1,1] = {2}\n"
      "  _, h, c = LSTM(x, w, r, b, _, _, c0) {activations=[\"Affine\", \"Affine\", \"Affine\"]} "
      "}");
  EXPECT_EQ(y[1].values<float>()[0], 100 * 2 + 1 * 1000);
  EXPECT_EQ(y[0].values<float>()[0], 10 * 1200);
}

// i and f look at the old cell, o at the new one.
TEST(Lstm, LooksThroughPeepholes) {
  const auto y = results_of(
      "() -> (h, c) { x: f32[1,1,1] = {0} w: f32[1,4,1] = {0, 0, 0, 0} r: f32[1,4,1] = {0, 0, 0, "
      "0}\n"
      "  b: f32[1,8] = {0, 0, 0, 1, 0, 0, 0, 0} c0: f32[1,1,1] = {3} p: f32[1,3] = {2, 5, 7}\n"
      "  _, h, c = LSTM(x, w, r, b, _, _, c0, p) {\n"
      "    activations=[\"Affine\", \"Affine\", \"Affine\"]} }");
  EXPECT_EQ(y[1].values<float>()[0], 21 * 3 + 6 * 1);
  EXPECT_EQ(y[0].values<float>()[0], 5 * 69 * 69);
}

TEST(Lstm, CouplesForgettingToInput) {
  const auto y = results_of(
      "() -> (c) { x: f32[1,1,1] = {0} w: f32[1,4,1] = {0, 0, 0, 0} r: f32[1,4,1] = {0, 0, 0, 0}\n"
      "  b: f32[1,8] = {0.25, 1, 50, 8, 0, 0, 0, 0} c0: f32[1,1,1] = {4}\n"
      "  _, _, c = LSTM(x, w, r, b, _, _, c0) {input_forget=1,\n"
      "    activations=[\"Affine\", \"Affine\", \"Affine\"]} }");
  EXPECT_EQ(y[0].values<float>()[0], 0.75F * 4 + 0.25F * 8);
}

// z 0.5, r 3; the candidate is 1 + r * (2 * 10 + 4), or 1 + 2 * (r * 10) + 4.
TEST(Gru, ResetsBeforeOrAfterTheProduct) {
  const std::string graph =
      "() -> (h) { x: f32[1,1,1] = {0} w: f32[1,3,1] = {0, 0, 0} r: f32[1,3,1] = {0, 0, 2}\n"
      "  b: f32[1,6] = {0.5, 3, 1, 0, 0, 4} i: f32[1,1,1] = {10}\n"
      "  _, h = GRU(x, w, r, b, _, i) {activations=[\"Affine\", \"Affine\"]";
  EXPECT_EQ(answer(graph + ", linear_before_reset=1} }"), "f32[1,1,1] {41.5}");
  EXPECT_EQ(answer(graph + "} }"), "f32[1,1,1] {37.5}");
}

TEST(Recurrent, GivesAlphaAndBetaToThoseThatTakeThem) {
  // Relu takes none, ScaledTanh both, LeakyRelu an alpha.
  const auto c = elements_of<float>(
      "() -> (c) { x: f32[1,1,1] = {0} w: f32[1,4,1] = {0, 0, 0, 0} r: f32[1,4,1] = {0, 0, 0, 0}\n"
      "  b: f32[1,8] = {1, 1, 0, -2, 0, 0, 0, 0}\n"
      "  h, _, c = LSTM(x, w, r, b) {activations=[\"relu\", \"ScaledTanh\", \"LeakyRelu\"],\n"
      "    activation_alpha=[3.0, 0.1], activation_beta=[0.5]} }");
  EXPECT_FLOAT_EQ(c[0], 3.0F * std::tanh(0.5F * -2.0F));
}

TEST(Recurrent, NamesWhatDoesNotFit) {
  const std::string rest = " {hidden_size=2} }";
  EXPECT_THAT(inferred("(x: f32[3,2,4], w: f32[1,8,5], r: f32[1,8,2]) -> (y) {\n"
                       "  y = LSTM(x, w, r)" +
                       rest),
              HasSubstr("W has size 5 in dimension 2, not 4"));
  EXPECT_THAT(inferred("(x: f32[3,2,4], w: f32[1,8,4], r: f32[1,8,3]) -> (y) {\n"
                       "  y = LSTM(x, w, r)" +
                       rest),
              HasSubstr("R has size 3 in dimension 2, not 2"));
  EXPECT_THAT(inferred("(x: f32[3,2,4], w: f32[2,6,4], r: f32[1,6,2]) -> (y) {\n"
                       "  y = GRU(x, w, r)" +
                       rest),
              HasSubstr("W has size 2 in dimension 0, not 1"));
  EXPECT_THAT(inferred("(x: f32[3,2,4], w: f32[1,2,4], r: f32[1,2,2], b: f32[1,2]) -> (y) {\n"
                       "  y = RNN(x, w, r, b)" +
                       rest),
              HasSubstr("B has size 2 in dimension 1, not 4"));
  EXPECT_THAT(inferred("(x: f32[3,2,4], w: f32[1,2,4], r: f32[1,2,2]) -> (y) {\n"
                       "  l: s32[3] = {1, 1, 1} y = RNN(x, w, r, _, l)" +
                       rest),
              HasSubstr("sequence_lens has size 3 in dimension 0, not 2"));
}

TEST(Recurrent, RefusesAttributesThatAreNone) {
  const std::string graph =
      "(x: f32[3,2,4], w: f32[1,2,4], r: f32[1,2,2]) -> (y) { y = RNN(x, w, r) ";
  EXPECT_THAT(inferred(graph + "{direction=\"up\"} }"), HasSubstr("direction 'up' is none of"));
  EXPECT_THAT(inferred(graph + "{activations=[\"Sine\"]} }"),
              HasSubstr("activation 'Sine' is none of Relu, Tanh"));
  EXPECT_THAT(inferred(graph + "{clip=-1.0} }"), HasSubstr("clip -1 is negative"));
  EXPECT_THAT(inferred(graph + "{hidden_size=0} }"), HasSubstr("hidden_size 0 is not positive"));
  EXPECT_THAT(inferred("(x: f32[3,2,4], w: f32[1,8,4], r: f32[1,8,2]) -> (y) {\n"
                       "  y = LSTM(x, w, r) {activations=[\"Relu\", \"Tanh\"]} }"),
              HasSubstr("activations has 2 names, not 3"));
}

TEST(Recurrent, RefusesLengthsOutsideOfX) {
  for (const std::string length : {"-1", "4"}) {
    EXPECT_THAT(answer("() -> (y) { " + std::string(kLinearRnn) + "l: s32[1] = {" + length +
                       "} y = RNN(x, w, r, _, l) }"),
                HasSubstr("sequence_lens[0] " + length + " is outside [0, 3]"));
  }
}

TEST(Recurrent, OfOldOpsetsIsTheSame) {
  const std::string gru =
      "() -> (h) { x: f32[1,1,1] = {0} w: f32[1,3,1] = {0, 0, 0} r: f32[1,3,1] = {0, 0, 2}\n"
      "  b: f32[1,6] = {0.5, 3, 1, 0, 0, 4} i: f32[1,1,1] = {10}\n"
      "  _, h = GRU(x, w, r, b, _, i) {activations=[\"Affine\", \"Affine\"],\n"
      "    direction=\"foward\", output_sequence=1} }";
  EXPECT_EQ(answer_opset(1, gru), "f32[1,1,1] {37.5}");
  EXPECT_EQ(answer_opset(1, "() -> (h) { " + std::string(kLinearRnn) +
                                "_, h = RNN(x, w, r) {activations=[\"Affine\", \"Tanh\"],\n"
                                "  output_sequence=0} }"),
            "f32[1,1,1] {11}");
}

TEST(Recurrent, TellsSizesFromWhatItKnows) {
  EXPECT_EQ(inferred("(x: f32[t,b,4], w: f32[2,8,4], r: f32[2,8,2]) -> (y) {\n"
                     "  y = LSTM(x, w, r) {direction=\"bidirectional\"} }"),
            "f32[t,2,b,2]");
  EXPECT_EQ(inferred("(x: f32[b,t,4], w: f32[1,6,4], r: f32[...]) -> (y) {\n"
                     "  y = GRU(x, w, r) {layout=1} }"),
            "f32[b,t,1,2]");
}

}  // namespace
}  // namespace mote
