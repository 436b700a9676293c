#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kSelectIfBranch;

namespace {

TEST(SelectIfBranch, PutsTheChosenNodesInPlace) {
  expect_pass(kSelectIfBranch, R"(
    graph (x: f32[2], z: f32[2]) -> (y) {
      c: bool[] = {0}
      v = Neg(x)
      y = If(c) captures (z, v) {
        then_branch=graph captures (0: a) -> (a) {},
        else_branch=graph captures (1: v) -> (r) { k: f32[1] = {2} m = Mul(v, k) r = Relu(m) }}
    })",
              R"(
    graph (x: f32[2], z: f32[2]) -> (y = r) {
      c: bool[] = {0}
      k: f32[1] = {2}
      v = Neg(x)
      m = Mul(v, k)
      r = Relu(m)
    })");
}

TEST(SelectIfBranch, PassesCapturedValuesAndConstantsThrough) {
  expect_pass(kSelectIfBranch, R"(
    graph (x: f32[2]) -> (y, k) {
      c: bool[1] = {1}
      y, k = If(c) captures (x) {
        then_branch=graph captures (0: a) -> (a, k) { k: f32[1] = {2} },
        else_branch=graph captures (0: a) -> (a, a) {}}
    })",
              R"(
    graph (x: f32[2]) -> (y = x, k = k_0) {
      c: bool[1] = {1}
      k_0: f32[1] = {2}
    })");
}

TEST(SelectIfBranch, KeepsNestedSubgraphsAndTheirCaptures) {
  expect_pass(kSelectIfBranch, R"(
    graph (x: f32[2], d: bool[]) -> (y) {
      c: bool[] = {1}
      y = If(c) captures (x, d) {
        then_branch=graph captures (0: a, 1: e) -> (r) {
          r = If(e) captures (a) {
            then_branch=graph captures (0: i) -> (i) {},
            else_branch=graph captures (0: i) -> (o) { o = Neg(i) }}
        },
        else_branch=graph captures (0: a) -> (a) {}}
    })",
              R"(
    graph (x: f32[2], d: bool[]) -> (y = r) {
      c: bool[] = {1}
      r = If(d) captures (x) {
        then_branch=graph captures (0: i) -> (i) {},
        else_branch=graph captures (0: i) -> (o) { o = Neg(i) }}
    })");
}

TEST(SelectIfBranch, LeavesAConditionThatIsNotKnown) {
  constexpr std::string_view kText = R"(
    graph (x: f32[2], c: bool[]) -> (y) {
      y = If(c) captures (x) {
        then_branch=graph captures (0: a) -> (a) {},
        else_branch=graph captures (0: a) -> (b) { b = Neg(a) }}
    })";
  expect_pass(kSelectIfBranch, kText, kText);
}

TEST(SelectIfBranch, TypesWhatItInlines) {
  Graph graph = parse_for_test(R"(
    graph (x: f32[2]) -> (y) {
      c: bool[] = {1}
      y = If(c) captures (x) {
        then_branch=graph captures (0: a) -> (b) { m = Neg(a) b = Abs(m) },
        else_branch=graph captures (0: a) -> (a) {}}
    })");
  ASSERT_TRUE(kSelectIfBranch.run(graph, {all_ops()}));
  EXPECT_EQ(to_string(graph.value(graph.find_value("m")).type), "f32[2]");
}

}  // namespace
}  // namespace mote
