#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kSinkDequantize;

namespace {

TEST(SinkDequantize, MovementIsOfQuantizedElements) {
  expect_pass(kSinkDequantize, R"(
    (q: u8[2,6]) -> (y) {
      s: f32[] = {0.5}
      z: u8[] = {3}
      shape: s64[2] = {3, 4}
      x = DequantizeLinear(q, s, z)
      r = Reshape(x, shape)
      y = Transpose(r) {perm=[1,0]}
    })",
              R"(
    (q: u8[2,6]) -> (y = y_1) {
      s: f32[] = {0.5}
      z: u8[] = {3}
      shape: s64[2] = {3, 4}
      x = DequantizeLinear(q, s, z)
      r_quantized = Reshape(q, shape)
      r_0 = DequantizeLinear(r_quantized, s, z) "r"
      y_quantized = Transpose(r_quantized) {perm=[1,0]}
      y_1 = DequantizeLinear(y_quantized, s, z) "y"
    })");
}

// As exporters write linear layers: weights by row, transposed.
TEST(SinkDequantize, ScalesOfAnAxisFollowATransposeAndConstantsMoveAtOnce) {
  expect_pass(kSinkDequantize, R"(
    (x: f32[1,3]) -> (y) {
      q: s8[2,3] = {1, 2, 3, 4, 5, 6}
      s: f32[2] = {0.5, 0.25}
      w = DequantizeLinear(q, s) {axis=0}
      t = Transpose(w) {perm=[1,0]}
      y = MatMul(x, t)
    })",
              R"(
    (x: f32[1,3]) -> (y) {
      q: s8[2,3] = {1, 2, 3, 4, 5, 6}
      s: f32[2] = {0.5, 0.25}
      t_quantized: s8[3,2] = {1, 4, 2, 5, 3, 6}
      w = DequantizeLinear(q, s) {axis=0}
      t_0 = DequantizeLinear(t_quantized, s) {axis=1} "t"
      y = MatMul(x, t_0)
    })");
}

TEST(SinkDequantize, TheGreatestElementIsOfTheGreatestNumber) {
  Graph g = parse_for_test(R"(
    (q: u8[1,1,4,4]) -> (y) {
      s: f32[] = {0.5}
      x = DequantizeLinear(q, s)
      y = MaxPool(x) {kernel_shape=[2,2], pads=[1,1,1,1]}
    })");
  ASSERT_TRUE(kSinkDequantize.run(g, {all_ops()}));
  EXPECT_EQ(to_string(g.value(g.node(g.next_node(g.first_node())).outputs[0]).type), "u8[1,1,5,5]");
}

TEST(SinkDequantize, PartsAndPadsAreOfQuantizedElements) {
  expect_pass(kSinkDequantize, R"(
    (q: u8[1,4]) -> (a, y) {
      s: f32[] = {0.5}
      z: u8[] = {3}
      parts: s64[2] = {1, 3}
      pads: s64[4] = {0, 1, 0, 0}
      x = DequantizeLinear(q, s, z)
      a, b = Split(x, parts) {axis=1} "split"
      y = Pad(b, pads)
    })",
              R"(
    (q: u8[1,4]) -> (a = a_0, y = y_2) {
      s: f32[] = {0.5}
      z: u8[] = {3}
      parts: s64[2] = {1, 3}
      pads: s64[4] = {0, 1, 0, 0}
      zero_point: u8[] = {3}
      x = DequantizeLinear(q, s, z)
      a_quantized, b_quantized = Split(q, parts) {axis=1} "split"
      a_0 = DequantizeLinear(a_quantized, s, z) "a"
      b_1 = DequantizeLinear(b_quantized, s, z) "b"
      y_quantized = Pad(b_quantized, pads, zero_point)
      y_2 = DequantizeLinear(y_quantized, s, z) "y"
    })");
}

TEST(SinkDequantize, ResizingToTheNearestRepeatsElements) {
  Graph g = parse_for_test(R"(
    (q: u8[1,1,2,2]) -> (y) {
      s: f32[] = {0.5}
      scales: f32[4] = {1, 1, 2, 2}
      x = DequantizeLinear(q, s)
      y = Resize(x, _, scales)
    })");
  ASSERT_TRUE(kSinkDequantize.run(g, {all_ops()}));
  EXPECT_EQ(g.node(g.value(g.outputs[0].value).producer).op_type, "DequantizeLinear");
}

TEST(SinkDequantize, WhatWouldBeAnotherNumberStays) {
  const auto stays = [](std::string_view text) { expect_pass(kSinkDequantize, text, text); };
  // Scales of an axis that a reshape takes apart.
  stays(R"((q: u8[2,6]) -> (y) {
    s: f32[2] = {0.5, 1} shape: s64[1] = {12}
    x = DequantizeLinear(q, s) {axis=0} y = Reshape(x, shape) })");
  // A negative scale turns the order round; a window over padding alone has no element.
  stays(R"((q: u8[1,1,4]) -> (y) {
    s: f32[] = {-0.5} x = DequantizeLinear(q, s) y = MaxPool(x) {kernel_shape=[2]} })");
  stays(R"((q: u8[1,1,4]) -> (y) {
    s: f32[] = {0.5} x = DequantizeLinear(q, s) y = MaxPool(x) {kernel_shape=[2], pads=[2,0]} })");
  stays(R"((q: u8[4]) -> (y) { s: f32[] = {0.5} one: f32[] = {1} pads: s64[2] = {1, 0}
    x = DequantizeLinear(q, s) y = Pad(x, pads, one) })");
  stays(R"((q: u8[1,1,4]) -> (y) { s: f32[] = {0.5} scales: f32[3] = {1, 1, 2}
    x = DequantizeLinear(q, s) y = Resize(x, _, scales) {mode="linear"} })");
  stays("(x: f32[2,6]) -> (y) { y = Transpose(x) {perm=[1,0]} }");
}

}  // namespace
}  // namespace mote
