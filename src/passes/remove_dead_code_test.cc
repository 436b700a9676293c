#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kRemoveDeadCode;

namespace {

TEST(RemoveDeadCode, DropsChainsThatEndNowhere) {
  expect_pass(kRemoveDeadCode,
              "graph (x: f32[2]) -> (y) { a = Neg(x) b = Relu(a) c = Abs(b) y = Relu(x) }",
              "graph (x: f32[2]) -> (y) { y = Relu(x) }");
}

TEST(RemoveDeadCode, KeepsANodeOneOfWhoseOutputsIsUsed) {
  constexpr std::string_view kText =
      "graph (x: f32[4]) -> (b) { a, b = Split(x) {axis=0, num_outputs=2} }";
  expect_pass(kRemoveDeadCode, kText, kText);
}

TEST(RemoveDeadCode, KeepsWhatOnlyASubgraphReads) {
  constexpr std::string_view kText = R"(
    graph (x: f32[2], c: bool[]) -> (y) {
      a = Neg(x)
      y = If(c) captures (a) {
        then_branch=graph captures (0: i) -> (i) {},
        else_branch=graph captures (0: i) -> (o) { o = Abs(i) }}
    })";
  expect_pass(kRemoveDeadCode, kText, kText);
}

}  // namespace
}  // namespace mote
