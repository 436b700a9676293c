// Which operators let a transpose pass, and that they compute the same then.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "lower/lower.h"
#include "ops/ops.h"
#include "ops/testing/answer.h"
#include "passes/pass_test_util.h"
#include "passes/rewrite.h"

namespace mote {

extern const Pass kSinkTransposes;

namespace {

// x, [2,3,4,5], read channels first, through `nodes`, to y.
std::string graph_with(std::string_view nodes) {
  return cat("() -> (y) { x: f32[2,3,4,5] = {random 1} t = Transpose(x) {perm=[0,3,1,2]}\n", nodes,
             "}");
}

// The index of the last transpose and of the last other node, in order.
std::pair<int, int> last_places(const Graph& g) {
  std::pair<int, int> last{-1, -1};
  int i = 0;
  for (const NodeId id : g.node_ids()) {
    const bool moves = is_op(g.node(id), "Transpose") || is_op(g.node(id), "Reshape");
    (moves ? last.first : last.second) = i++;
  }
  return last;
}

// Sinks, and expects the same result.
Graph sunk(std::string_view nodes) {
  const std::string text = graph_with(nodes);
  Graph g = parse_for_test(text);
  const auto changed = kSinkTransposes.run(g, {all_ops()});
  EXPECT_TRUE(changed && *changed) << text;
  EXPECT_TRUE(verify(g));
  const auto want = results_of(text);
  const auto got = evaluate_graph(g);
  EXPECT_TRUE(got) << got.error().message;
  if (!got) return g;
  EXPECT_EQ((*got)[0].dims(), want[0].dims()) << text;
  if (want[0].dtype() != DType::kF32) {
    EXPECT_TRUE(equal((*got)[0], want[0])) << text;
    return g;
  }
  const auto a = want[0].values<float>();
  const auto b = (*got)[0].values<float>();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5) << text;
  return g;
}

TEST(RenameAxes, TransposesMoveBehind) {
  for (const std::string_view nodes :
       {"y = Softmax(t) {axis=1}", "y = LogSoftmax(t) {axis=-1}", "y = Concat(t, t) {axis=2}",
        "p: s64[8] = {0, 1, 2, 0, 0, 0, 0, 3} y = Pad(t, p)",
        "b: s64[2] = {1, 0} e: s64[2] = {5, 3} a: s64[2] = {1, -1} s: s64[2] = {2, 1}\n"
        "y = Slice(t, b, e, a, s)",
        "b: s64[2] = {0, 1} e: s64[2] = {1, 3} y = Slice(t, b, e)",
        "k: f32[4] = {1, 1, 2, 2} y = Resize(t, _, k) {mode=\"nearest\"}",
        "k: s64[4] = {2, 5, 6, 9} y = Resize(t, _, _, k) {mode=\"linear\"}",
        "a: s64[1] = {1} y = ReduceMax(t, a)", "y = ArgMax(t) {axis=1}",
        "s: f32[5,1,1] = {1, 2, 3, 4, 5} y = PRelu(t, s)", "a, y = Split(t) {axis=3}"}) {
    const auto [transpose, other] = last_places(sunk(nodes));
    EXPECT_GT(transpose, other) << nodes;
  }
}

TEST(RenameAxes, WhatKeepsNoPermutedAxisNeedsNoTranspose) {
  for (const std::string_view nodes : {"a: s64[2] = {2, 3} y = ReduceMean(t, a) {keepdims=0}",
                                       "y = ArgMin(t) {axis=1, keepdims=0}"}) {
    const auto [transpose, other] = last_places(sunk(nodes));
    EXPECT_LT(transpose, other) << nodes;
  }
  const auto [transpose, other] =
      last_places(sunk("a: s64[1] = {3} y = ReduceSum(t, a) {keepdims=0}"));
  EXPECT_GT(transpose, other);
}

TEST(RenameAxes, PixelsInARowKeepTheirLayout) {
  const auto [transpose, other] = last_places(sunk("s: s64[3] = {0, 0, -1} y = Reshape(t, s)"));
  EXPECT_GT(transpose, other);
}

// The gate of a squeeze-and-excitation block is no transpose any more, but a reshape.
TEST(SinkTransposes, AGateOfOnePixelIsReshaped) {
  Graph g = parse_for_test(R"(
    (x: f32[1,3,4,5], g: f32[1,5,1,1]) -> (y) {
      t = Transpose(x) {perm=[0,3,1,2]}
      y = Mul(t, g)
    })");
  ASSERT_TRUE(*kSinkTransposes.run(g, {all_ops()}));
  ASSERT_TRUE(verify(g));
  EXPECT_TRUE(is_op(g.node(g.node_ids().back()), "Transpose"));
}

TEST(SinkTransposes, ATransposeOfOnePixelSinksBeforeItBecomesAReshape) {
  Graph g =
      parse_for_test("(x: f32[1,1,1,4]) -> (y) { t = Transpose(x) {perm=[0,3,1,2]} y = Relu(t) }");
  ASSERT_TRUE(*kSinkTransposes.run(g, {all_ops()}));
  const Value& x = g.value(g.inputs[0]);
  EXPECT_TRUE(
      std::ranges::any_of(x.uses, [&](const Use& u) { return is_op(g.node(u.node), "Relu"); }));
  EXPECT_TRUE(is_op(g.node(g.node_ids().back()), "Reshape"));
}

TEST(SinkTransposes, NothingIsAddedWhereTheTransposeStays) {
  const std::string_view text = R"(
    (x: f32[1,3,4,5], a: s64[1], b: f32[1,5,3,4]) -> (y, z) {
      k: f32[5,1,1] = {1, 2, 3, 4, 5}
      t = Transpose(x) {perm=[0,3,1,2]}
      y = Sum(t, k, b)
      z = ReduceMax(t, a)
    })";
  expect_pass(kSinkTransposes, text, text);
}

}  // namespace
}  // namespace mote
