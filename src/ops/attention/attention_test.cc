// Attention and its kin: who sees what, shapes, roundings.
#include <gmock/gmock.h>

#include <cmath>

#include "ops/ops.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;

// Keys of zeros make every visible key count the same: Y is the mean of visible values.
std::string mean_of_visible(std::string_view rest, std::string_view attributes = "{}") {
  return "() -> (y) { q: f32[1,1,3,1] = {1, 1, 1} k: f32[1,1,4,1] = {0, 0, 0, 0}\n"
         "  v: f32[1,1,4,1] = {1, 2, 4, 8}\n" +
         std::string(rest) + std::string(attributes) + " }";
}

std::vector<float> means(std::string_view rest, std::string_view attributes) {
  return elements_of<float>(mean_of_visible(rest, attributes));
}

TEST(Attention, CausalQueriesSeeTheKeysUpToTheirOwnPlace) {
  EXPECT_THAT(means("y = Attention(q, k, v)", "{is_causal=1}"),
              ElementsAre(1, 1.5F, FloatEq(7.0F / 3)));
}

TEST(Attention, PastKeysComeBeforeTheFirstQuery) {
  const auto y = results_of(
      "() -> (y, pk) { q: f32[1,1,2,1] = {1, 1} k: f32[1,1,2,1] = {0, 0}\n"
      "  v: f32[1,1,2,1] = {3, 9} a: f32[1,1,1,1] = {0} b: f32[1,1,1,1] = {6}\n"
      "  y, _, pk = Attention(q, k, v, _, a, b) {is_causal=1} }");
  EXPECT_THAT(y[0].values<float>(), ElementsAre(4.5F, 6));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(6, 3, 9));
}

TEST(Attention, WindowsBoundBothSides) {
  EXPECT_THAT(means("y = Attention(q, k, v)", "{left_window_size=1, right_window_size=0}"),
              ElementsAre(1, 1.5F, 3));
  EXPECT_THAT(means("y = Attention(q, k, v)", "{left_window_size=0, right_window_size=1}"),
              ElementsAre(1.5F, 3, 6));
}

TEST(Attention, AShorterMaskHidesTheKeysBehindIt) {
  EXPECT_THAT(means("m: bool[3,2] = {1, 0, 0, 1, 1, 1} y = Attention(q, k, v, m)", ""),
              ElementsAre(1, 2, 1.5F));
  EXPECT_THAT(means("m: f32[1] = {0} y = Attention(q, k, v, m)", ""), ElementsAre(1, 1, 1));
}

// Three keys count, so the first of three queries stands at place 0; with two it sees none.
TEST(Attention, NonpadCountsFromTheEndOfTheQueries) {
  EXPECT_THAT(means("n: s64[1] = {3} y = Attention(q, k, v, _, _, _, n)", "{is_causal=1}"),
              ElementsAre(1, 1.5F, FloatEq(7.0F / 3)));
  EXPECT_THAT(means("n: s64[1] = {2} y = Attention(q, k, v, _, _, _, n)", "{is_causal=1}"),
              ElementsAre(0, 1, 1.5F));
  EXPECT_THAT(answer(mean_of_visible("n: s64[1] = {5} y = Attention(q, k, v, _, _, _, n)")),
              HasSubstr("nonpad_kv_seqlen 5 of sequence 0 is outside [0, 4]"));
}

TEST(Attention, AQueryThatSeesNothingGivesZeros) {
  const std::string infinite =
      "() -> (y, s) { q: f32[1,1,1,1] = {inf} k: f32[1,1,2,1] = {1, 2}\n"
      "  v: f32[1,1,2,1] = {1, 2} m: bool[1,2] = {0, 0}\n"
      "  y, _, _, s = Attention(q, k, v, m) {qk_matmul_output_mode=3} }";
  const auto y = results_of(infinite);
  EXPECT_THAT(y[0].values<float>(), ElementsAre(0));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(0, 0));
}

TEST(Attention, SoftcapComesBeforeTheMask) {
  const auto y = results_of(
      "() -> (y, s) { q: f32[1,1,1,1] = {4} k: f32[1,1,2,1] = {1, -1}\n"
      "  v: f32[1,1,2,1] = {1, 2} m: f32[1,2] = {0, -inf}\n"
      "  y, _, _, s = Attention(q, k, v, m) {softcap=2.0, qk_matmul_output_mode=2} }");
  EXPECT_FLOAT_EQ(y[0].values<float>()[0], 1);
  EXPECT_FLOAT_EQ(y[1].values<float>()[0], 2 * std::tanh(2.0F));
  EXPECT_TRUE(std::isinf(y[1].values<float>()[1]));
}

TEST(Attention, QueryHeadsShareKeysInGroupsOfNeighbours) {
  EXPECT_EQ(
      answer("() -> (y) { q: f32[1,1,4] = {1, 1, 1, 1} k: f32[1,1,2] = {1, 1}\n"
             "  v: f32[1,1,2] = {5, 7} y = Attention(q, k, v) {q_num_heads=4, kv_num_heads=2} }"),
      "f32[1,1,4] {5, 5, 7, 7}");
}

TEST(Attention, SizesFitEachOther) {
  const auto message = [](std::string_view types, std::string_view attributes = "") {
    return inferred("(" + std::string(types) + ") -> (y) { y = Attention(q, k, v)" +
                    std::string(attributes) + " }");
  };
  EXPECT_THAT(message("q: f32[1,4,2,8], k: f32[1,3,2,8], v: f32[1,3,2,8]"),
              HasSubstr("the number of Q's heads, 4, is not a multiple of K's 3"));
  EXPECT_THAT(message("q: f32[1,4,2,8], k: f32[1,4,2,7], v: f32[1,4,2,8]"),
              HasSubstr("the head size of K, 7 is not Q's 8"));
  EXPECT_THAT(message("q: f32[1,2,8], k: f32[1,2,8], v: f32[1,2,8]"),
              HasSubstr("needs q_num_heads"));
  EXPECT_THAT(
      message("q: f32[1,2,8], k: f32[1,2,8], v: f32[1,2,8]", "{q_num_heads=3, kv_num_heads=3}"),
      HasSubstr("is not a multiple of 3 heads"));
  EXPECT_EQ(message("q: f32[b,2,l,8], k: f32[b,2,s,8], v: f32[b,2,s,6]"), "f32[b,2,l,6]");
  EXPECT_EQ(
      message("q: f32[b,l,8], k: f32[b,s,8], v: f32[b,s,6]", "{q_num_heads=4, kv_num_heads=2}"),
      "f32[b,l,12]");
}

TEST(Attention, AttributesAreWithinTheirRanges) {
  const auto message = [](std::string_view attributes) {
    return answer(mean_of_visible("y = Attention(q, k, v)", attributes));
  };
  EXPECT_THAT(message("{left_window_size=-2}"), HasSubstr("left_window_size -2 is below -1"));
  EXPECT_THAT(message("{qk_matmul_output_mode=4}"), HasSubstr("4 is outside [0, 3]"));
  EXPECT_THAT(message("{softmax_precision=7}"), HasSubstr("softmax_precision 7 is none of"));
  EXPECT_THAT(message("{kv_num_heads=0}"), HasSubstr("kv_num_heads 0 is not positive"));
}

TEST(RotaryEmbedding, TurnsPairsByTheAngleOfTheirPosition) {
  // A quarter turn: (a, b) becomes (-b, a).
  EXPECT_EQ(
      answer("() -> (y) { x: f32[1,1,1,4] = {1, 2, 3, 4} c: f32[2,2] = {1, 1, 0, 0}\n"
             "  s: f32[2,2] = {0, 0, 1, 1} p: s64[1,1] = {1} y = RotaryEmbedding(x, c, s, p) }"),
      "f32[1,1,1,4] {-3, -4, 1, 2}");
  EXPECT_EQ(answer("() -> (y) { x: f32[1,1,4] = {1, 2, 3, 4} c: f32[1,1,1] = {0}\n"
                   "  s: f32[1,1,1] = {1}\n"
                   "  y = RotaryEmbedding(x, c, s) {num_heads=1, rotary_embedding_dim=2,\n"
                   "    interleaved=1} }"),
            "f32[1,1,4] {-2, 1, 3, 4}");
}

TEST(RotaryEmbedding, PositionsAreWithinTheCaches) {
  for (const char* id : {"2", "-1"}) {
    EXPECT_THAT(answer("() -> (y) { x: f32[1,1,1,2] = {1, 2} c: f32[2,1] = {1, 1}\n"
                       "  s: f32[2,1] = {0, 0} p: s64[1,1] = {" +
                       std::string(id) + "} y = RotaryEmbedding(x, c, s, p) }"),
                HasSubstr("position " + std::string(id) + " is outside [0, 2)"));
  }
}

TEST(RotaryEmbedding, TheRotatedPartIsEvenAndWithinAHead) {
  EXPECT_THAT(inferred("(x: f32[1,2,3,5], c: f32[1,3,2], s: f32[1,3,2]) -> (y) {\n"
                       "  y = RotaryEmbedding(x, c, s) }"),
              HasSubstr("the rotated size 5 is odd"));
  EXPECT_THAT(inferred("(x: f32[1,2,3,4], c: f32[1,3,3], s: f32[1,3,3]) -> (y) {\n"
                       "  y = RotaryEmbedding(x, c, s) {rotary_embedding_dim=6} }"),
              HasSubstr("over the head's 4"));
}

std::string linear(std::string_view inputs, std::string_view attributes) {
  return "() -> (y, s) { q: f32[1,2,1] = {1, 2} k: f32[1,2,1] = {3, 4} v: f32[1,2,1] = {5, 6}\n" +
         std::string(inputs) + "{q_num_heads=1, kv_num_heads=1, scale=1.0, update_rule=\"" +
         std::string(attributes) + "\"} }";
}

// By hand: S = f·S + k·u, y = q·S, where u is v or β(v - f·S·k).
TEST(LinearAttention, FollowsEachRule) {
  EXPECT_EQ(answer(linear("y, s = LinearAttention(q, k, v)", "linear")), "f32[1,2,1] {15, 78}");
  EXPECT_EQ(
      answer(linear("g: f32[1,2,1] = {0, -inf} y, s = LinearAttention(q, k, v, _, g)", "gated")),
      "f32[1,2,1] {15, 48}");
  EXPECT_EQ(
      answer(linear("b: f32[1,2,1] = {1, 0.5} y, s = LinearAttention(q, k, v, _, _, b)", "delta")),
      "f32[1,2,1] {15, -186}");
  EXPECT_EQ(answer(linear("g: f32[1,2,1] = {0, -inf} b: f32[1,2,1] = {1, 0.5}\n"
                          "  y, s = LinearAttention(q, k, v, _, g, b)",
                          "gated_delta")),
            "f32[1,2,1] {15, 24}");
}

TEST(LinearAttention, GatesComeWithTheirRules) {
  EXPECT_THAT(answer(linear("y, s = LinearAttention(q, k, v)", "gated")),
              HasSubstr("update_rule needs decay"));
  EXPECT_THAT(
      answer(linear("b: f32[1,2,1] = {1, 1} y, s = LinearAttention(q, k, v, _, _, b)", "linear")),
      HasSubstr("update_rule takes no beta"));
  EXPECT_THAT(
      answer(linear("g: f32[1,2,3] = {random 1} y, s = LinearAttention(q, k, v, _, g)", "gated")),
      HasSubstr("decay has 3 values a token"));
}

std::string flex(std::string_view mods) {
  return "() -> (y) { q: f32[1,2,1,1] = {1, 1} k: f32[1,1,2,1] = {0, 0} v: f32[1,1,2,1] = {1, 3}\n"
         "  c: f32[] = {2}\n"
         "  y = ai.onnx.preview.FlexAttention(q, k, v) captures (c) {" +
         std::string(mods) + "} }";
}

TEST(FlexAttention, GraphsChangeScoresAndProbabilities) {
  EXPECT_EQ(answer(flex("prob_mod=graph (p) captures (0: d) -> (r) { r = Mul(p, d) }")),
            "f32[1,2,1,1] {4, 4}");
  EXPECT_EQ(answer(flex("score_mod=graph (p) -> (r) { m: f32[2] = {0, -inf} r = Add(p, m) }")),
            "f32[1,2,1,1] {1, 1}");
}

TEST(FlexAttention, GraphsKeepTheType) {
  EXPECT_THAT(answer(flex("score_mod=graph (p) -> (r) { r = Cast(p) {to=11} }")),
              HasSubstr("score_mod makes f64"));
  EXPECT_THAT(answer(flex("score_mod=graph (p, o) -> (p) {}")), HasSubstr("has 2 inputs"));
}

}  // namespace
}  // namespace mote
