#include <gmock/gmock.h>

#include <algorithm>

#include "base/text.h"
#include "lower/lower.h"
#include "ops/ops.h"
#include "ops/testing/answer.h"
#include "passes/pass_test_util.h"
#include "passes/rewrite.h"

namespace mote {

extern const Pass kToGemm;

namespace {

TEST(ToGemm, ProductsOfOtherKindsStay) {
  const auto stays = [](std::string_view text) { expect_pass(kToGemm, text, text); };
  stays("(x: f32[2,3], w: f32[3,4]) -> (y) { y = MatMul(x, w) }");
  stays("(x: f32[2,3]) -> (y) { w: f32[2,3,4] = {random 1} y = MatMul(x, w) }");
  stays("(x: f64[2,2]) -> (y) { w: f64[2,1] = {1, 2} y = MatMul(x, w) }");
  stays("(x: f32[3,2]) -> (y) { w: f32[3,4] = {random 1} y = Gemm(x, w) {transA=1} }");
  stays("(x: f32[2,3]) -> (y) { w: f32[3,4] = {random 1} y = Gemm(x, w) {alpha=0.5} }");
  stays("(x: f32[2,3], c: f32[4]) -> (y) { w: f32[3,4] = {random 1} y = Gemm(x, w, c) }");
}

// Lowers, expects `ops` in this order and the same result.
void expect_lowered(std::string_view text, std::vector<std::string> ops) {
  Graph g = parse_for_test(text);
  const Status lowered = run_passes(g, lowering_passes(), {all_ops()});
  ASSERT_TRUE(lowered) << lowered.error().message;
  ASSERT_TRUE(verify(g));
  std::vector<std::string> found;
  for (const NodeId id : g.node_ids()) {
    found.push_back(cat(g.node(id).domain, ".", g.node(id).op_type));
  }
  EXPECT_EQ(found, ops) << text;
  const auto want = results_of(text);
  const auto got = evaluate_graph(g);
  ASSERT_TRUE(got) << got.error().message;
  const auto a = want[0].values<float>();
  const auto b = (*got)[0].values<float>();
  ASSERT_EQ((*got)[0].dims(), want[0].dims());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5) << text;
}

TEST(ToGemm, WhatFollowsIsTakenIn) {
  expect_lowered(
      "() -> (y) { x: f32[2,3,4] = {random 1} w: f32[4,5] = {random 2} b: f32[5] = {random 3}\n"
      "  p = MatMul(x, w) s = Add(b, p) y = Tanh(s) }",
      {"mote.Gemm"});
  expect_lowered(
      "() -> (y) { x: f32[2,4] = {random 1} w: f32[5,4] = {random 2} b: f32[1,5] = {random 3}\n"
      "  p = Gemm(x, w, b) {transB=1} y = Relu(p) }",
      {"mote.Gemm"});
  expect_lowered(
      "() -> (y) { x: f32[2,4] = {random 1} w: f32[4,4] = {random 2} b: f32[4] = {random 3}\n"
      "  p = MatMul(x, w) q = Add(p, b) s = Add(q, x) y = Relu(s) }",
      {"mote.Gemm"});
  expect_lowered(
      "() -> (y) { x: f32[2,4] = {random 1} w: f32[4,4] = {random 2} y = Gemm(x, w, x) }",
      {"mote.Gemm"});
  expect_lowered(
      "() -> (y) { x: f32[4] = {random 1} w: f32[4,3] = {random 2} p = MatMul(x, w)\n"
      "  s = Sigmoid(p) y = Mul(p, s) }",
      {"mote.Gemm"});
}

// The sum is larger than the product: the product is no residual sum's.
TEST(ToGemm, SumsThatBroadcastTheProductStay) {
  expect_lowered(
      "() -> (y) { x: f32[1,4] = {random 1} w: f32[4,3] = {random 2} b: f32[2,3] = {random 3}\n"
      "  p = MatMul(x, w) y = Add(p, b) }",
      {"mote.Gemm", ".Add"});
}

}  // namespace
}  // namespace mote
