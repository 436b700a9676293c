#include <gmock/gmock.h>

#include <algorithm>

#include "lower/lower.h"
#include "ops/testing/answer.h"
#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kFuseAttention;

namespace {

using testing::Contains;
using testing::Not;

std::vector<std::string> operators(const Graph& graph) {
  std::vector<std::string> names;
  for (const NodeId id : graph.node_ids()) names.push_back(graph.node(id).op_type);
  return names;
}

// Runs the pass, then the others, and expects the same result. Returns the operators that are left.
std::vector<std::string> rewritten(std::string_view text) {
  Graph graph = parse_for_test(text);
  const auto changed = kFuseAttention.run(graph, {all_ops()});
  EXPECT_TRUE(changed) << changed.error().message;
  EXPECT_TRUE(verify(graph));
  EXPECT_TRUE(run_passes(graph, lowering_passes(), {all_ops()}));
  const auto want = results_of(text);
  const auto got = evaluate_graph(graph);
  EXPECT_TRUE(got) << got.error().message;
  EXPECT_EQ((*got)[0].dims(), want[0].dims());
  const auto a = want[0].values<float>(), b = (*got)[0].values<float>();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5) << text;
  return operators(graph);
}

TEST(FuseAttention, OfHeadsThatAreSplitAndJoinedMovesNothing) {
  const auto ops = rewritten(R"(() -> (y) {
    x: f32[2,5,12] = {random 1} z: f32[2,7,12] = {random 2} m: f32[2,1,1,7] = {random 3}
    split: s64[4] = {2, 5, 3, 4} split_z: s64[4] = {2, 7, 3, 4} join: s64[3] = {2, 5, 12}
    root: f32[] = {2}
    xs = Reshape(x, split) q = Transpose(xs) {perm=[0,2,1,3]}
    zs = Reshape(z, split_z) k = Transpose(zs) {perm=[0,2,3,1]} v = Transpose(zs) {perm=[0,2,1,3]}
    s = MatMul(q, k) d = Div(s, root) a = Add(d, m) p = Softmax(a) {axis=-1}
    o = MatMul(p, v) t = Transpose(o) {perm=[0,2,1,3]} y = Reshape(t, join) })");
  EXPECT_THAT(ops, Contains("Attention"));
  EXPECT_THAT(ops, Not(Contains("Transpose")));
  EXPECT_THAT(ops, Not(Contains("Softmax")));
}

TEST(FuseAttention, OfKeysInAnyOrder) {
  EXPECT_THAT(rewritten(R"(() -> (y) {
    q: f32[1,2,5,4] = {random 1} k: f32[1,2,4,6] = {random 2} v: f32[1,2,6,3] = {random 3}
    s = MatMul(q, k) p = Softmax(s) {axis=3} y = MatMul(p, v) })"),
              Contains("Attention"));
  EXPECT_THAT(rewritten(R"(() -> (y) {
    q: f32[1,2,5,4] = {random 1} k: f32[1,2,6,4] = {random 2} v: f32[1,2,6,3] = {random 3}
    c: f32[] = {0.3}
    t = Transpose(k) {perm=[0,1,3,2]}
    s = MatMul(q, t) d = Mul(c, s) p = Softmax(d) y = MatMul(p, v) })"),
              Contains("Attention"));
}

TEST(FuseAttention, LeavesWhatItCannotSay) {
  const auto left = [](std::string_view text) {
    EXPECT_THAT(rewritten(text), Contains("Softmax")) << text;
  };
  left(R"(() -> (y) {
    q: f32[1,2,5,4] = {random 1} k: f32[1,1,4,6] = {random 2} v: f32[1,2,6,3] = {random 3}
    s = MatMul(q, k) p = Softmax(s) y = MatMul(p, v) })");  // heads repeat
  left(R"(() -> (y) {
    q: f32[1,2,5,4] = {random 1} k: f32[1,2,4,6] = {random 2} v: f32[1,2,6,3] = {random 3}
    s = MatMul(q, k) p = Softmax(s) {axis=2} y = MatMul(p, v) })");
  left(R"(() -> (y) {
    q: f32[1,2,5,4] = {random 1} k: f32[1,2,4,6] = {random 2} v: f32[1,2,6,3] = {random 3}
    m: f32[5,6] = {random 4} c: f32[] = {3}
    s = MatMul(q, k) a = Add(s, m) d = Mul(a, c) p = Softmax(d) y = MatMul(p, v) })");
  left(R"(() -> (y, p) {
    q: f32[1,2,5,4] = {random 1} k: f32[1,2,4,6] = {random 2} v: f32[1,2,6,3] = {random 3}
    s = MatMul(q, k) p = Softmax(s) y = MatMul(p, v) })");  // the shares are wanted
  left(R"(() -> (y) {
    q: f32[5,4] = {random 1} k: f32[4,6] = {random 2} v: f32[6,3] = {random 3}
    s = MatMul(q, k) p = Softmax(s) y = MatMul(p, v) })");
}

}  // namespace
}  // namespace mote
