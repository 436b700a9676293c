#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kFuseConv;

namespace {

TEST(FuseConv, ActivationsJoinTheConvolution) {
  expect_pass(kFuseConv, R"(
    (x: f32[1,4,4,2]) -> (y) {
      w: f32[3,2,1,1] = {random 1}
      low: f32[] = {0}
      high: f32[] = {6}
      c = mote.Conv(x, w) {kernel_shape=[1,1]}
      y = Clip(c, low, high)
    })",
              R"(
    (x: f32[1,4,4,2]) -> (y = c) {
      w: f32[3,2,1,1] = {random 1}
      low: f32[] = {0}
      high: f32[] = {6}
      c = mote.Conv(x, w) {kernel_shape=[1,1], activation="Clamp", activation_a=0.0, activation_b=6.0}
    })");
}

TEST(FuseConv, AResidualSumIsComputedBeforeTheConvolutionThatTakesIt) {
  expect_pass(kFuseConv, R"(
    (x: f32[1,4,4,2]) -> (y) {
      w: f32[2,2,1,1] = {random 1}
      c = mote.Conv(x, w) {kernel_shape=[1,1]}
      n = Neg(x)
      a = Add(c, n)
      y = Relu(a)
    })",
              R"(
    (x: f32[1,4,4,2]) -> (y = c) {
      w: f32[2,2,1,1] = {random 1}
      n = Neg(x)
      c = mote.Conv(x, w, _, n) {kernel_shape=[1,1], activation="Clamp", activation_a=0.0, activation_b=inf}
    })");
}

TEST(FuseConv, AChannelConstantJoinsTheBias) {
  expect_pass(kFuseConv, R"(
    (x: f32[1,4,4,2]) -> (y) {
      w: f32[2,2,1,1] = {random 1}
      b: f32[2] = {10, 20}
      k: f32[1,1,1,2] = {1, 2}
      c = mote.Conv(x, w, b) {kernel_shape=[1,1]}
      y = Add(c, k)
    })",
              R"(
    (x: f32[1,4,4,2]) -> (y = c) {
      w: f32[2,2,1,1] = {random 1}
      b: f32[2] = {10, 20}
      k: f32[1,1,1,2] = {1, 2}
      bias: f32[2] = {11, 22}
      c = mote.Conv(x, w, bias) {kernel_shape=[1,1]}
    })");
}

TEST(FuseConv, SiluAndHardSwishWrittenAsGatesAreFound) {
  Graph silu = parse_for_test(R"(
    (x: f32[1,4,4,2]) -> (y) {
      w: f32[2,2,1,1] = {random 1}
      c = mote.Conv(x, w) {kernel_shape=[1,1]}
      s = Sigmoid(c)
      y = Mul(s, c)
    })");
  ASSERT_TRUE(*kFuseConv.run(silu, {all_ops()}));
  EXPECT_EQ(silu.node_count(), 1U);
  EXPECT_NE(to_text(silu).find("activation=\"Silu\""), std::string::npos);
}

TEST(FuseConv, AResultThatOthersReadStaysWhole) {
  const std::string_view text = R"(
    (x: f32[1,4,4,2]) -> (y, c) {
      w: f32[3,2,1,1] = {random 1}
      c = mote.Conv(x, w) {kernel_shape=[1,1]}
      y = Relu(c)
    })";
  expect_pass(kFuseConv, text, text);
}

TEST(FuseConv, NothingIsAddedBehindAnActivation) {
  const std::string_view text = R"(
    (x: f32[1,4,4,2]) -> (y) {
      w: f32[2,2,1,1] = {random 1}
      c = mote.Conv(x, w) {kernel_shape=[1,1], activation="Sigmoid", activation_a=0.0, activation_b=0.0}
      y = Add(c, x)
    })";
  expect_pass(kFuseConv, text, text);
}

}  // namespace
}  // namespace mote
