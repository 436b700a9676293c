#include "base/text.h"
#include "lower/lower.h"
#include "ops/testing/answer.h"
#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kToChannelsLastPass;

namespace {

TEST(ToChannelsLast, ConvolutionsRunBetweenTransposes) {
  expect_pass(kToChannelsLastPass, R"(
    (x: f32[1,2,5,5]) -> (y) {
      w: f32[4,2,3,3] = {random 1}
      y = Conv(x, w) {pads=[1,1,1,1]}
    })",
              R"(
    (x: f32[1,2,5,5]) -> (y = y_nchw) {
      w: f32[4,2,3,3] = {random 1}
      y_nhwc = Transpose(x) {perm=[0,2,3,1]} "y_nhwc"
      y_0 = mote.Conv(y_nhwc, w) {pads=[1,1,1,1], kernel_shape=[3,3]} "y"
      y_nchw = Transpose(y_0) {perm=[0,3,1,2]} "y_nchw"
    })");
}

TEST(ToChannelsLast, WhatHasNoKernelStays) {
  const auto stays = [](std::string_view text) { expect_pass(kToChannelsLastPass, text, text); };
  stays("(x: f32[1,2,5,5], w: f32[4,2,3,3]) -> (y) { y = Conv(x, w) }");
  stays("(x: f64[1,2,5,5]) -> (y) { y = GlobalAveragePool(x) }");
  stays("(x: f32[1,2,5]) -> (y) { y = MaxPool(x) {kernel_shape=[2]} }");
  stays("(x: f32[1,2,5,5]) -> (y, i) { y, i = MaxPool(x) {kernel_shape=[2,2]} }");
}

TEST(ToChannelsLast, TheMeanOverAnImageIsAGlobalPool) {
  Graph g = parse_for_test(
      "(x: f32[1,2,5,5]) -> (y) { a: s64[2] = {-1, 2} y = ReduceMean(x, a) {keepdims=1} }");
  ASSERT_TRUE(kToChannelsLastPass.run(g, {all_ops()}));
  EXPECT_NE(to_text(g).find("mote.GlobalAveragePool"), std::string::npos);
}

// Lowered, it is `op` and gives the same.
void expect_same_lowered(std::string_view text, std::string_view op) {
  Graph g = parse_for_test(text);
  ASSERT_TRUE(run_passes(g, lowering_passes(), {all_ops()})) << text;
  ASSERT_TRUE(verify(g));
  EXPECT_NE(to_text(g).find(op), std::string::npos) << to_text(g);
  const auto want = results_of(text);
  const auto got = evaluate_graph(g);
  ASSERT_TRUE(got) << got.error().message;
  ASSERT_EQ((*got)[0].dims(), want[0].dims()) << text;
  const auto a = want[0].values<float>(), b = (*got)[0].values<float>();
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 1e-5) << i << text;
}

TEST(ToChannelsLast, TransposedConvolutionsOfEveryForm) {
  for (const std::string_view attributes :
       {"", "{strides=[2,2]}", "{strides=[2,3], pads=[1,0,0,2], output_padding=[1,2]}",
        "{group=2, dilations=[2,1], strides=[1,2]}", "{auto_pad=\"SAME_UPPER\", strides=[2,2]}",
        "{auto_pad=\"SAME_LOWER\", strides=[3,2]}", "{strides=[2,2], output_shape=[15,9]}",
        "{strides=[2,2], output_shape=[8,10]}"}) {
    expect_same_lowered(cat(R"(() -> (y) {
      x: f32[2,6,5,4] = {random 1} w: f32[6,4,3,2] = {random 2} b: f32[)",
                            attributes.find("group") == std::string_view::npos ? 4 : 8,
                            R"(] = {random 3}
      t = ConvTranspose(x, w, b) )",
                            attributes, " y = Relu(t) }"),
                        "mote.ConvTranspose");
  }
  expect_same_lowered(R"(() -> (y) {
    x: f32[1,6,20] = {random 1} w: f32[6,4,8] = {random 2}
    y = ConvTranspose(x, w) {strides=[4], pads=[2,1], output_padding=[1]} })",
                      "mote.ConvTranspose");
}

TEST(ToChannelsLast, TransposedConvolutionsWithoutKernelsStay) {
  const auto stays = [](std::string_view text) { expect_pass(kToChannelsLastPass, text, text); };
  stays("(x: f32[1,2,5,5], w: f32[2,4,3,3]) -> (y) { y = ConvTranspose(x, w) }");
  stays(
      "(x: f32[1,2,5,5]) -> (y) { w: f32[2,1,3,3] = {random 1} y = ConvTranspose(x, w) {group=2} "
      "}");
  stays(
      "(x: f32[1,2,2,2]) -> (y) { w: f32[2,1,1,1] = {random 1} y = ConvTranspose(x, w) "
      "{strides=[65,1]} }");
}

// How many nodes of one operator lowering leaves.
int count_lowered(std::string_view text, std::string_view op) {
  Graph g = parse_for_test(text);
  const Status s = run_passes(g, lowering_passes(), {all_ops()});
  EXPECT_TRUE(s) << s.error().message;
  EXPECT_TRUE(verify(g));
  int count = 0;
  for (const NodeId id : g.node_ids()) {
    const Node& n = g.node(id);
    count += (n.domain.empty() ? n.op_type : n.domain + "." + n.op_type) == op ? 1 : 0;
  }
  return count;
}

constexpr std::string_view kResidualNet = R"(
  (x: f32[1,3,8,8]) -> (y) {
    w1: f32[4,3,3,3] = {random 1}
    w2: f32[4,4,3,3] = {random 2}
    k: f32[4,1,1] = {1, 2, 3, 4}
    fc: f32[4,10] = {random 3}
    flat: s64[2] = {1, -1}
    c1 = Conv(x, w1) {pads=[1,1,1,1]}
    r1 = Relu(c1)
    c2 = Conv(r1, w2) {pads=[1,1,1,1]}
    a2 = Add(c2, r1)
    r2 = Relu(a2)
    m2 = Mul(r2, k)
    p2 = MaxPool(m2) {kernel_shape=[2,2], strides=[2,2]}
    g = GlobalAveragePool(p2)
    f = Reshape(g, flat)
    y = MatMul(f, fc)
  })";

TEST(Lowering, ANetworkKeepsOneTransposeAtItsInput) {
  EXPECT_EQ(count_lowered(kResidualNet, "Transpose"), 1);
  EXPECT_EQ(count_lowered(kResidualNet, "Relu"), 0);
  EXPECT_EQ(count_lowered(kResidualNet, "Add"), 0);
  EXPECT_EQ(count_lowered(kResidualNet, "mote.Conv"), 2);
}

TEST(Lowering, OneChannelNeedsNoTranspose) {
  const std::string_view net = R"(
    (x: f32[1,1,8,8]) -> (y) {
      w: f32[4,1,3,3] = {random 1}
      c = Conv(x, w)
      y = GlobalAveragePool(c)
    })";
  EXPECT_EQ(count_lowered(net, "Transpose"), 0);
}

TEST(Lowering, ConcatenationsStayChannelsLast) {
  const std::string_view net = R"(
    (x: f32[1,3,8,8]) -> (y) {
      w1: f32[4,3,1,1] = {random 1}
      w2: f32[5,3,1,1] = {random 2}
      w3: f32[2,9,1,1] = {random 3}
      a = Conv(x, w1)
      b = Conv(x, w2)
      c = Concat(a, b) {axis=1}
      d = Conv(c, w3)
      y = GlobalAveragePool(d)
    })";
  EXPECT_LE(count_lowered(net, "Transpose"), 2) << "one for each reader of x";
}

TEST(Lowering, ChannelShufflesStayChannelsLast) {
  const std::string_view net = R"(
    (x: f32[1,3,6,6]) -> (y) {
      w1: f32[4,3,1,1] = {random 1}
      w2: f32[4,4,1,1] = {random 2}
      s5: s64[5] = {1, 2, 2, 6, 6}
      s4: s64[4] = {1, 4, 6, 6}
      a = Conv(x, w1)
      b = Reshape(a, s5)
      c = Transpose(b) {perm=[0,2,1,3,4]}
      d = Reshape(c, s4)
      e = Conv(d, w2)
      y = GlobalAveragePool(e)
    })";
  EXPECT_EQ(count_lowered(net, "Transpose"), 2) << "the input's and the shuffle itself";
}

}  // namespace
}  // namespace mote
