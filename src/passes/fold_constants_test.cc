#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kFoldConstants;

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
