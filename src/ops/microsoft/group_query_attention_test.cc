// GroupQueryAttention: where new keys go and what queries see, as ONNX Runtime has it.
#include "ops/microsoft/testing_near.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Keys of zeros: each query gives the mean of the values that it sees. Heads of two elements.
std::string means(std::string_view past, std::string_view rest) {
  return "() -> (y, pk, pv) { q: f32[2,1,2] = {0, 0, 0, 0} k: f32[2,1,2] = {0, 0, 0, 0}\n"
         "  v: f32[2,1,2] = {8, 1, 8, 1}\n" +
         std::string(past) + "  y, pk, pv = com.microsoft.GroupQueryAttention(q, k, v, " +
         std::string(rest) + " }";
}

constexpr std::string_view kPast =
    "  a: f32[2,1,3,2] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}\n"
    "  b: f32[2,1,3,2] = {1, 1, 2, 1, 3, 1, 1, 1, 2, 1, 3, 1}\n";

TEST(GroupQueryAttention, NewKeysFollowThePastOfTheirSequence) {
  const auto y = results_of(means(std::string(kPast) + "  n: s32[2] = {1, 2} t: s32[] = {3}\n",
                                  "a, b, n, t) {num_heads=1, kv_num_heads=1}"));
  EXPECT_THAT(y[0].values<float>(), near({4.5F, 1, 11.0F / 3, 1}));
  EXPECT_THAT(y[2].values<float>(), ElementsAre(1, 1, 8, 1, 3, 1, 1, 1, 2, 1, 8, 1));
}

TEST(GroupQueryAttention, TheCacheGrowsToTheTotalLength) {
  const auto y = results_of(means(std::string(kPast) + "  n: s32[2] = {0, 3} t: s32[1] = {4}\n",
                                  "a, b, n, t) {num_heads=1, kv_num_heads=1}"));
  EXPECT_THAT(y[0].values<float>(), near({8, 1, 3.5F, 1}));
  EXPECT_EQ(y[2].dims(), (Dims{2, 1, 4, 2}));
}

TEST(GroupQueryAttention, TheWindowCountsTheQuerysOwnKey) {
  const auto y =
      results_of(means(std::string(kPast) + "  n: s32[2] = {1, 2} t: s32[] = {3}\n",
                       "a, b, n, t) {num_heads=1, kv_num_heads=1, local_window_size=2}"));
  EXPECT_THAT(y[0].values<float>(), near({4.5F, 1, 5, 1}));
}

TEST(GroupQueryAttention, AppendsWhereOneSequenceFillsThePast) {
  const auto y = results_of(
      "() -> (y, p) {\n"
      "  a: f32[1,1,8] = {-1.1, 0.8, -0.3, 0, 0, 0, 0, 0} f: s32[1] = {2} g: s32[] = {3}\n"
      "  b: f32[1,1,8] = {-0.9, 0.7, -0.6, 0, 0, 0, 0, 0}\n"
      "  c: f32[1,1,8] = {-0.2, -1.4, -1.5, 0, 0, 0, 0, 0}\n"
      "  d: f32[1,1,2,8] = {-1.1, -1.9, 0, 0, 0, 0, 0, 0, -0.9, 0.7, 0, 0, 0, 0, 0, 0}\n"
      "  e: f32[1,1,2,8] = {-1.7, 2, 0, 0, 0, 0, 0, 0, 1.2, 1, 0, 0, 0, 0, 0, 0}\n"
      "  y, p, _ = com.microsoft.GroupQueryAttention(a, b, c, d, e, f, g) {\n"
      "    num_heads=1, kv_num_heads=1, local_window_size=2} }");
  EXPECT_THAT(y[0].values<float>(), near({0.477734F, -0.238171F, -0.773857F, 0, 0, 0, 0, 0}));
  EXPECT_EQ(y[1].dims(), (Dims{1, 1, 3, 8}));
}

// A quarter turn at position 1, none at 0: the second query meets its own key turned as it is.
TEST(GroupQueryAttention, RotatesByPosition) {
  const auto y = results_of(
      "() -> (k) { q: f32[1,2,6] = {1, 0, 1, 0, 1, 2, 1, 0, 1, 0, 1, 2} n: s32[1] = {1}\n"
      "  t: s32[] = {2} c: f32[2,1] = {1, 0} s: f32[2,1] = {0, 1}\n"
      "  _, k, _ = com.microsoft.GroupQueryAttention(q, _, _, _, _, n, t, c, s) {\n"
      "    num_heads=1, kv_num_heads=1, do_rotary=1} }");
  EXPECT_THAT(y[0].values<float>(), ElementsAre(1, 0, 0, 1));
}

TEST(GroupQueryAttention, LengthsAreWithinTheCache) {
  const auto message = [](std::string_view lengths) {
    return answer(means(std::string(kPast) + std::string(lengths),
                        "a, b, n, t) {num_heads=1, kv_num_heads=1}"));
  };
  EXPECT_THAT(message("  n: s32[2] = {1, 7} t: s32[] = {3}\n"), HasSubstr("is outside"));
  EXPECT_THAT(message("  n: s32[2] = {1, -9} t: s32[] = {3}\n"), HasSubstr("is outside"));
  EXPECT_THAT(message("  n: s32[2] = {1, 1} t: s32[] = {0}\n"),
              HasSubstr("total_sequence_length 0 is below the query's length 1"));
}

TEST(GroupQueryAttention, SaysWhatItDoesNotDo) {
  EXPECT_THAT(inferred("(q: f32[1,1,6], n: s32[1], t: s32[]) -> (y) {\n"
                       "  y = com.microsoft.GroupQueryAttention(q, _, _, _, _, n, t) {\n"
                       "    num_heads=1, kv_num_heads=1, smooth_softmax=1} }"),
              HasSubstr("smooth_softmax is not done"));
  EXPECT_EQ(inferred("(q: f32[b,s,6], n: s32[b], t: s32[]) -> (y) {\n"
                     "  y = com.microsoft.GroupQueryAttention(q, _, _, _, _, n, t) {\n"
                     "    num_heads=1, kv_num_heads=1} }"),
            "f32[b,s,2]");
}

}  // namespace
}  // namespace mote
