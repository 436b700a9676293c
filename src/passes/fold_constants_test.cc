#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kFoldConstants;
extern const Pass kFoldDequantized;

namespace {

TEST(FoldConstants, ComputesNodesOfConstants) {
  expect_pass(kFoldConstants,
              "graph (x: f32[2]) -> (y) { a: f32[2] = {1, -2} b: f32[] = {3} "
              "  s = Add(a, b) r = Neg(s) y = Mul(x, r) }",
              "graph (x: f32[2]) -> (y) { a: f32[2] = {1, -2} b: f32[] = {3} "
              "  s: f32[2] = {4, 1} r: f32[2] = {-4, -1} y = Mul(x, r) }");
}

TEST(FoldConstants, FollowsShapesThroughArithmetic) {
  expect_pass(kFoldConstants, R"(
    graph (x: f32[2,3,4]) -> (y) {
      i: s64[1] = {0}
      rest: s64[1] = {-1}
      s = Shape(x)
      n = Gather(s, i) {axis=0}
      to = Concat(n, rest) {axis=0}
      y = Reshape(x, to)
    })",
              R"(
    graph (x: f32[2,3,4]) -> (y) {
      i: s64[1] = {0}
      rest: s64[1] = {-1}
      s: s64[3] = {2, 3, 4}
      n: s64[1] = {2}
      to: s64[2] = {2, -1}
      y = Reshape(x, to)
    })");
}

TEST(FoldConstants, LeavesWhatDependsOnAnUnknownSize) {
  constexpr std::string_view kText = "graph (x: f32[n,3]) -> (s) { s = Shape(x) }";
  expect_pass(kFoldConstants, kText, kText);
}

TEST(FoldConstants, MakesConstantsOfConstantNodes) {
  expect_pass(kFoldConstants, "graph () -> (y) { y = Constant() {value=f32[2]{1, 2}} }",
              "graph () -> (y) { y: f32[2] = {1, 2} }");
}

TEST(FoldConstants, LeavesANodeThatFails) {
  constexpr std::string_view kText =
      "graph () -> (y) { a: f32[2] = {1, 2} i: s64[1] = {7} y = Gather(a, i) }";
  Graph graph = [&] {
    auto parsed = parse_graph(kText, all_ops());
    EXPECT_TRUE(parsed) << parsed.error().message;
    return *std::move(parsed);
  }();
  const auto changed = kFoldConstants.run(graph, {all_ops()});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_FALSE(*changed);
  EXPECT_EQ(graph.node_count(), 1U);
}

TEST(FoldConstants, LeavesWhatWouldGrowFarBeyondItsInputs) {
  constexpr std::string_view kText =
      "graph () -> (y) { one: f32[1] = {1} to: s64[1] = {2000000} y = Expand(one, to) }";
  expect_pass(kFoldConstants, kText, kText);
}

TEST(FoldConstants, FoldsLargeResultsThatAreNoLargerThanTheirInputs) {
  Graph graph = parse_for_test("graph () -> (y) { a: f32[2000000] = {random 1} y = Neg(a) }");
  const auto changed = kFoldConstants.run(graph, {all_ops()});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(graph.node_count(), 0U);
}

TEST(FoldConstants, StaysWithinTheBudget) {
  Graph graph =
      parse_for_test("graph () -> (y, z) { a: f32[1000] = {random 1} y = Neg(a) z = Abs(a) }");
  const auto changed = kFoldConstants.run(graph, {all_ops(), 5000});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_TRUE(*changed);
  EXPECT_EQ(graph.node_count(), 1U);
}

TEST(FoldConstants, LeavesMatrixProductsThatWouldTakeLong) {
  Graph graph =
      parse_for_test("graph () -> (y) { a: f32[1000,1000] = {random 1} y = MatMul(a, a) }");
  const auto changed = kFoldConstants.run(graph, {all_ops()});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_FALSE(*changed);
}

// Lowering must see how weights are quantized, also behind what moves or changes them.
TEST(FoldConstants, LeavesDequantizedWeights) {
  constexpr std::string_view kText = R"(
    (x: f32[1,3]) -> (y, shape) {
      q: s8[2,3] = {1, 2, 3, 4, 5, 6}
      s: f32[] = {0.5}
      w = DequantizeLinear(q, s)
      t = Transpose(w)
      y = MatMul(x, t)
      shape = Shape(w)
    })";
  constexpr std::string_view kShapeFolded = R"(
    (x: f32[1,3]) -> (y, shape) {
      q: s8[2,3] = {1, 2, 3, 4, 5, 6}
      s: f32[] = {0.5}
      shape: s64[2] = {2, 3}
      w = DequantizeLinear(q, s)
      t = Transpose(w)
      y = MatMul(x, t)
    })";
  expect_pass(kFoldConstants, kText, kShapeFolded);
  expect_pass(kFoldDequantized, kText, R"(
    (x: f32[1,3]) -> (y, shape) {
      q: s8[2,3] = {1, 2, 3, 4, 5, 6}
      s: f32[] = {0.5}
      w: f32[2,3] = {0.5, 1, 1.5, 2, 2.5, 3}
      t: f32[3,2] = {0.5, 2, 1, 2.5, 1.5, 3}
      y = MatMul(x, t)
      shape = Shape(w)
    })");
}

TEST(FoldConstants, DequantizedWeightsMayTakeMoreRoomThanQuantizedOnes) {
  Graph graph = parse_for_test(
      "(x: f32[1]) -> (y) { q: s8[2000000] = {random 1} s: f32[] = {0.5}\n"
      "  w = DequantizeLinear(q, s) y = Mul(x, w) }");
  const auto changed = kFoldDequantized.run(graph, {all_ops()});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(graph.node_count(), 1U);
}

TEST(FoldConstants, LeavesRandomNumbers) {
  constexpr std::string_view kText = "graph () -> (y) { y = RandomNormal() {shape=[2]} }";
  expect_pass(kFoldConstants, kText, kText);
}

TEST(FoldConstants, LeavesNodesThatAreNotOurs) {
  constexpr std::string_view kText = "graph () -> (y) { a: f32[1] = {1} y = my.Thing(a) }";
  expect_pass(kFoldConstants, kText, kText);
}

}  // namespace
}  // namespace mote
