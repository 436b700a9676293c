#include "passes/dequantize.h"

#include "passes/dequantize/dequantize_test_util.h"

namespace mote {
namespace {

TEST(Dequantize, InputsWeightsAndOutputsBecomeFloats) {
  expect_floats(R"(
    (x: s8[1,3]) -> (y) {
      s: f32[] = {0.5}
      z: s8[] = {3}
      w: s8[3,2] = {1, 2, 3, 4, 5, 6}
      xr = DequantizeLinear(x, s, z)
      wr = DequantizeLinear(w, s)
      m = MatMul(xr, wr)
      y = QuantizeLinear(m, s, z)
    })",
                R"(
    (x: f32[1,3]) -> (y: f32[1,2]) {
      s: f32[] = {0.5}
      z: s8[] = {3}
      w: s8[3,2] = {1, 2, 3, 4, 5, 6}
      wr: f32[3,2] = {0.5, 1, 1.5, 2, 2.5, 3}
      y = MatMul(x, wr)
    })");
}

TEST(Dequantize, GradientsAreTakenWhileTheValuesThatTheyNameLast) {
  Graph graph = parse_for_test(R"((a: f32[3]) -> (g) {
    y = Mul(a, a)
    g = ai.onnx.preview.training.Gradient(a) {xs=["a"], y="y"}
  })");
  const Status status = dequantize(graph, {all_ops()});
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_GT(graph.node_count(), 1U);
  for (const NodeId id : graph.node_ids()) EXPECT_NE(graph.node(id).op_type, "Gradient");
}

TEST(Dequantize, WhatMovesIntegersMovesTheirNumbers) {
  expect_floats(R"(
    (x: f32[1,4]) -> (y) {
      s: f32[] = {0.5}
      z: s8[] = {-7}
      pads: s64[4] = {0, 0, 0, 1}
      shape: s64[1] = {-1}
      q = QuantizeLinear(x, s, z)
      p = Pad(q, pads, z)
      r = Reshape(p, shape)
      y = DequantizeLinear(r, s, z)
    })",
                R"(
    (x: f32[1,4]) -> (y = r: f32[5]) {
      s: f32[] = {0.5}
      z: s8[] = {-7}
      pads: s64[4] = {0, 0, 0, 1}
      shape: s64[1] = {-1}
      z/real: f32[] = {0}
      p = Pad(x, pads, z/real)
      r = Reshape(p, shape)
    })");
}

TEST(Dequantize, OperatorsOnQuantizedTensorsAreThoseOnNumbers) {
  expect_floats(R"(
    (a: u8[2], b: u8[2]) -> (y) {
      s: f32[] = {0.5} z: u8[] = {3}
      c = com.microsoft.QLinearMul(a, s, z, b, s, z, s, z)
      y = DequantizeLinear(c, s, z)
    })",
                R"(
    (a: f32[2], b: f32[2]) -> (y = "/QuantizeLinear": f32[2]) {
      s: f32[] = {0.5}
      z: u8[] = {3}
      "/QuantizeLinear" = Mul(a, b)
    })");
}

TEST(Dequantize, NodesWithoutInputsStay) {
  const std::string_view text = "() -> (y: f32[2]) { y = RandomNormal() {shape=[2]} }";
  expect_floats(text, text);
}

TEST(Dequantize, InputsMayBeMovedBeforeTheyAreNumbers) {
  expect_floats(R"(
    (x: u8[1,2,3]) -> (y) {
      s: f32[] = {0.5}
      t = Transpose(x) {perm=[0, 2, 1]}
      r = DequantizeLinear(t, s)
      y = Relu(r)
    })",
                R"(
    (x: f32[1,2,3]) -> (y: f32[1,3,2]) {
      s: f32[] = {0.5}
      t = Transpose(x) {perm=[0, 2, 1]}
      y = Relu(t)
    })");
}

// Quantizers leave out a Relu where the integers' lowest is 0.
TEST(Dequantize, SumsThatWereCutAtZeroStayCut) {
  expect_floats(R"(
    (x: f32[2]) -> (y) {
      s: f32[] = {0.5}
      z: u8[] = {0}
      a = Add(x, x)
      q = QuantizeLinear(a, s, z)
      r = DequantizeLinear(q, s, z)
      y = Neg(r)
    })",
                R"(
    (x: f32[2]) -> (y: f32[2]) {
      s: f32[] = {0.5}
      z: u8[] = {0}
      a = Add(x, x)
      q = Relu(a) "q/Relu"
      y = Neg(q)
    })");
}

TEST(Dequantize, DynamicQuantizationPassesThrough) {
  expect_floats(R"(
    (x: f32[1,4]) -> (y) {
      q, s, z = DynamicQuantizeLinear(x)
      r = DequantizeLinear(q, s, z)
      y = Relu(r)
    })",
                "(x: f32[1,4]) -> (y: f32[1,4]) { y = Relu(x) }");
}

TEST(Dequantize, ReadersHaveTheirOwnGrids) {
  expect_floats(R"(
    (x: f32[1,4]) -> (y, w) {
      s: f32[] = {0.5}
      z: s8[] = {-7}
      t: f32[] = {0.25}
      u: s8[] = {3}
      pads: s64[4] = {0, 0, 0, 1}
      q = QuantizeLinear(x, s, z)
      r = QuantizeLinear(x, t, u)
      p = Pad(q, pads, z)
      y = DequantizeLinear(p, s, z)
      w = DequantizeLinear(r, t, u)
    })",
                R"(
    (x: f32[1,4]) -> (y = p: f32[1,5], w = x: f32[1,4]) {
      s: f32[] = {0.5}
      z: s8[] = {-7}
      t: f32[] = {0.25}
      u: s8[] = {3}
      pads: s64[4] = {0, 0, 0, 1}
      z/real: f32[] = {0}
      p = Pad(x, pads, z/real)
    })");
}

TEST(Dequantize, RefusesSumsOfIntegers) {
  expect_refused(R"(
    (x: f32[2]) -> (y) {
      s: f32[] = {0.5}
      z: s8[] = {3}
      q = QuantizeLinear(x, s, z)
      y = Cast(q) {to=1}
    })",
                 "(Cast)");
}

TEST(Dequantize, NamesWhatReadsIntegersForWhatTheyAre) {
  expect_refused(R"(
    (x: f32[1,4]) -> (y) {
      s: f32[] = {0.5}
      z: u8[] = {0}
      w: s8[4,2] = {1, 2, 3, 4, 5, 6, 7, 8}
      q = QuantizeLinear(x, s, z)
      y = MatMulInteger(q, w)
    })",
                 "(MatMulInteger) -> 'y' reads quantized integers for what they are: 'q' needs");
}

}  // namespace
}  // namespace mote
