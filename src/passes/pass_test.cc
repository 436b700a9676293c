#include <gmock/gmock.h>

#include "passes/pass_test_util.h"
#include "passes/passes.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

using testing::HasSubstr;

int g_runs = 0;

constexpr Pass kAlwaysChanges = {
    .name = "always_changes", .doc = "", .run = [](Graph&, const PassContext&) -> Result<bool> {
      ++g_runs;
      return true;
    }};

constexpr Pass kBreaksGraph = {
    .name = "breaks_graph", .doc = "", .run = [](Graph& graph, const PassContext&) -> Result<bool> {
      graph.node(graph.first_node()).inputs[0] = ValueId::kNone;  // its use stays listed
      return true;
    }};

constexpr Pass kFails = {
    .name = "fails", .doc = "", .run = [](Graph&, const PassContext&) -> Result<bool> {
      return Error{Code::kResourceExhausted, "too much"};
    }};

constexpr std::string_view kSmall =
    "graph (x: f32[2,3]) -> (y) { s: s64[2] = {3, 2} y = Reshape(x, s) }";

Status run_on_small(const Pass& pass, std::vector<std::string> disabled = {}) {
  Graph graph = parse_for_test(kSmall);
  const Pass* const passes[] = {&pass};
  return run_passes(graph, passes, {all_ops()}, disabled);
}

TEST(RunPasses, EndsAfterEightRoundsThoughThePassNeverRests) {
  g_runs = 0;
  EXPECT_TRUE(run_on_small(kAlwaysChanges));
  EXPECT_EQ(g_runs, 8);
}

std::vector<std::uint64_t> g_budgets;

constexpr Pass kMakesConstants = {
    .name = "makes_constants",
    .doc = "",
    .run = [](Graph& graph, const PassContext& context) -> Result<bool> {
      g_budgets.push_back(context.max_constant_bytes);
      graph.add_constant("k", Tensor::of<float>({10}, std::vector<float>(10)));
      return g_budgets.size() < 4;
    }};

TEST(RunPasses, GivesAllRoundsOneBudgetOfConstants) {
  g_budgets.clear();
  Graph graph = parse_for_test(kSmall);
  const Pass* const passes[] = {&kMakesConstants};
  ASSERT_TRUE(run_passes(graph, passes, {all_ops(), 100}));
  EXPECT_THAT(g_budgets, testing::ElementsAre(100, 60, 20, 0));
}

TEST(RunPasses, LeavesOutTheNamedPass) {
  g_runs = 0;
  EXPECT_TRUE(run_on_small(kAlwaysChanges, {"always_changes"}));
  EXPECT_EQ(g_runs, 0);
}

TEST(CheckPassNames, RefusesANameThatIsNoPassAndListsThoseThereAre) {
  const Pass* const one[] = {&kFails};
  const Pass* const other[] = {&kAlwaysChanges, &kFails};
  EXPECT_TRUE(check_pass_names(std::vector<std::string>{"always_changes", "fails"}, {one, other}));
  const Status status = check_pass_names(std::vector<std::string>{"fold_contants"}, {one, other});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_THAT(status.error().message,
              HasSubstr("'fold_contants'; there are: always_changes, fails"));
}

TEST(RunPasses, NamesThePassThatFailed) {
  const Status status = run_on_small(kFails);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kResourceExhausted);
  EXPECT_EQ(status.error().message, "fails: too much");
}

#ifndef NDEBUG
TEST(RunPasses, NamesThePassThatBrokeTheGraph) {
  const Status status = run_on_small(kBreaksGraph);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInternal);
  EXPECT_THAT(status.error().message, HasSubstr("after breaks_graph"));
}
#endif

// One pass opens the way for the next: the shape arithmetic folds, the branch is chosen, the cast
// and the transposes vanish, and the batch norm meets the convolution.
TEST(ModelPasses, WorkTogether) {
  Graph graph = parse_for_test(R"(
    graph (x: f32[1,4,4,1], unused: f32[2]) -> (y) {
      two: s64[] = {2}
      w: f32[1,1,1,1] = {3}
      g: f32[1] = {2}
      b: f32[1] = {1}
      m: f32[1] = {0}
      v: f32[1] = {1}
      shape = Shape(x)
      rank = Size(shape)
      big = Greater(rank, two)
      n = Transpose(x) {perm=[0, 3, 1, 2]}
      n2 = Transpose(n) {perm=[0, 2, 3, 1]}
      n3 = Transpose(n2) {perm=[0, 3, 1, 2]}
      dead = Relu(unused)
      c = If(big) captures (n3, w) {
        then_branch=graph captures (0: a, 1: k) -> (r) { q = Conv(a, k) r = Cast(q) {to=1} },
        else_branch=graph captures (0: a) -> (a) {}}
      y = BatchNormalization(c, g, b, m, v) {epsilon=0.0}
    })");
  const Status done = run_passes(graph, model_passes(), {all_ops()});
  ASSERT_TRUE(done) << done.error().message;
  std::vector<std::string> ops;
  for (const NodeId id : graph.node_ids()) ops.push_back(graph.node(id).op_type);
  EXPECT_THAT(ops, testing::ElementsAre("Transpose", "Conv"));
  EXPECT_EQ(graph.outputs[0].name, "y");
  const Node& conv = graph.node(graph.node_ids()[1]);
  EXPECT_EQ(scalar_f32(graph, conv.inputs[1]), 6.0F);
  EXPECT_EQ(scalar_f32(graph, conv.inputs[2]), 1.0F);
}

}  // namespace
}  // namespace mote
