#include <algorithm>

#include "lower/lower.h"
#include "passes/pass_test_util.h"
#include "passes/rewrite.h"

namespace mote {

extern const Pass kWidenSequences;

namespace {

TEST(WidenSequences, AConvolutionGainsARow) {
  Graph g = parse_for_test(
      "(x: f32[2,3,9]) -> (y) { w: f32[4,3,3] = {random 1}\n"
      "  y = Conv(x, w) {kernel_shape=[3], strides=[2], pads=[1, 0]} }");
  ASSERT_TRUE(kWidenSequences.run(g, {all_ops()}));
  ASSERT_TRUE(verify(g));
  const NodeId conv = g.next_node(g.first_node());
  EXPECT_EQ(to_string(g.value(g.node(conv).inputs[0]).type), "f32[2,3,1,9]");
  EXPECT_EQ(to_string(g.value(g.node(conv).inputs[1]).type), "f32[4,3,1,3]");
  EXPECT_EQ(to_string(g.value(g.node(conv).outputs[0]).type), "f32[2,4,1,4]");
  EXPECT_EQ(to_string(g.value(g.outputs[0].value).type), "f32[2,4,4]");
}

TEST(WidenSequences, OthersStay) {
  const auto stays = [](std::string_view text) { expect_pass(kWidenSequences, text, text); };
  stays("(x: f32[1,2,5], w: f32[4,2,3]) -> (y) { y = Conv(x, w) }");
  stays("(x: f32[1,2,5]) -> (y) { y = Relu(x) }");
  stays("(x: f32[1,2,5]) -> (y, i) { y, i = MaxPool(x) {kernel_shape=[2]} }");
  stays("(x: f64[1,2,5]) -> (y) { y = MaxPool(x) {kernel_shape=[2]} }");
}

TEST(WidenSequences, ANetworkOfSequencesIsFusedLikeOneOfImages) {
  Graph g = parse_for_test(R"(
    (x: f32[1,3,16]) -> (y) {
      w1: f32[8,3,3] = {random 1}
      w2: f32[8,8,3] = {random 2}
      s: f32[8] = {random 3}
      v: f32[8] = {1, 1, 2, 2, 3, 3, 4, 4}
      c1 = Conv(x, w1) {pads=[1,1]}
      r1 = Relu(c1)
      b1 = BatchNormalization(r1, s, s, s, v)
      c2 = Conv(b1, w2) {pads=[1,1]}
      a2 = Add(c2, b1)
      r2 = Relu(a2)
      p2 = MaxPool(r2) {kernel_shape=[2], strides=[2]}
      y = GlobalAveragePool(p2)
    })");
  const Status lowered = run_passes(g, lowering_passes(), {all_ops()});
  ASSERT_TRUE(lowered) << lowered.error().message;
  ASSERT_TRUE(verify(g));
  const auto count = [&](std::string_view op) {
    return std::ranges::count_if(g.node_ids(), [&](NodeId id) { return is_op(g.node(id), op); });
  };
  EXPECT_EQ(count("mote.Conv"), 2);
  EXPECT_EQ(count("Transpose"), 1) << to_text(g, {.max_elements = 4});
  EXPECT_EQ(count("Relu"), 0);
  EXPECT_EQ(count("mote.MaxPool"), 1);
  EXPECT_EQ(to_string(g.value(g.outputs[0].value).type), "f32[1,8,1]");
}

}  // namespace
}  // namespace mote
