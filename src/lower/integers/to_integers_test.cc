#include <gmock/gmock.h>

#include <algorithm>

#include "base/random.h"
#include "base/text.h"
#include "lower/lower.h"
#include "ops/quantize/quantized.h"
#include "ops/testing/answer.h"
#include "passes/pass_test_util.h"
#include "passes/rewrite.h"

namespace mote {

extern const Pass kToIntegers;

namespace {

using testing::ElementsAre;

Tensor random_bytes(DType dtype, const Dims& dims) {
  Tensor t = *Tensor::zeros(dtype, dims);
  Random random(3);
  auto* p = t.mut().as<std::uint8_t>();
  for (std::int64_t i = 0; i < t.count(); ++i) p[i] = static_cast<std::uint8_t>(random.next());
  return t;
}

std::vector<std::string> ops_of(const Graph& g) {
  std::vector<std::string> ops;
  for (const NodeId id : g.node_ids()) ops.push_back(operator_of(g.node(id)));
  return ops;
}

// Lowers a graph from bytes to bytes, expects `ops` in this order, and results that are at most
// one step away from those of the floats.
void expect_lowered(std::string_view text, std::vector<std::string> ops) {
  Graph g = parse_for_test(text);
  std::vector<Tensor> inputs;
  for (const ValueId in : g.inputs) {
    const TensorType& type = g.value(in).type.tensor;
    inputs.push_back(random_bytes(type.dtype, *type.dims()));
  }
  const auto want = evaluate_graph(g, inputs);
  const Status lowered = run_passes(g, lowering_passes(), {all_ops()});
  ASSERT_TRUE(lowered) << lowered.error().message;
  ASSERT_TRUE(verify(g));
  EXPECT_EQ(ops_of(g), ops) << text;
  const auto got = evaluate_graph(g, inputs);
  ASSERT_TRUE(want) << want.error().message;
  ASSERT_TRUE(got) << got.error().message;
  const Tensor& a = (*want)[0];
  const Tensor& b = (*got)[0];
  ASSERT_EQ(a.dtype(), b.dtype());
  ASSERT_EQ(a.dims(), b.dims());
  for (std::int64_t i = 0; i < a.count(); ++i) {
    const int x = load_quantized(a.view(), i), y = load_quantized(b.view(), i);
    ASSERT_LE(std::abs(x - y), 1) << "element " << i << " of " << text;
  }
}

// A graph from u8 x to u8 y with `body` between v and r, floats.
std::string between(std::string_view dims, std::string_view body) {
  return cat("(x: u8", dims, ") -> (y) {\n",
             "  xs: f32[] = {0.05} xz: u8[] = {120} ys: f32[] = {0.07} yz: u8[] = {100}\n",
             "  v = DequantizeLinear(x, xs, xz)\n", body, "\n  y = QuantizeLinear(r, ys, yz) }");
}

TEST(ToIntegers, AConvolutionTakesBiasAndBounds) {
  expect_pass(kToIntegers, R"(
    (x: u8[1,2,4,4]) -> (y) {
      xs: f32[] = {0.5}
      xz: u8[] = {3}
      w: s8[2,2,1,1] = {1, 2, 3, 4}
      ws: f32[2] = {0.25, 0.5}
      b: s32[2] = {10, 20}
      bs: f32[2] = {0.125, 0.25}
      six: f32[] = {6}
      zero: f32[] = {0}
      ys: f32[] = {0.125}
      yz: s8[] = {-100}
      v = DequantizeLinear(x, xs, xz)
      wf = DequantizeLinear(w, ws) {axis=0}
      bf = DequantizeLinear(b, bs) {axis=0}
      c = Conv(v, wf, bf) {pads=[1,1,1,1]}
      r = Clip(c, zero, six)
      y = QuantizeLinear(r, ys, yz)
    })",
              R"(
    (x: u8[1,2,4,4]) -> (y = y_nchw) {
      xs: f32[] = {0.5}
      xz: u8[] = {3}
      w: s8[2,2,1,1] = {1, 2, 3, 4}
      ws: f32[2] = {0.25, 0.5}
      b: s32[2] = {10, 20}
      bs: f32[2] = {0.125, 0.25}
      six: f32[] = {6}
      zero: f32[] = {0}
      ys: f32[] = {0.125}
      yz: s8[] = {-100}
      y_weights: s8[2,2,1,1] = {1, 2, 3, 4}
      y_factor: f32[2] = {1, 2}
      y_bias: s32[2] = {10, 20}
      v = DequantizeLinear(x, xs, xz)
      wf = DequantizeLinear(w, ws) {axis=0}
      bf = DequantizeLinear(b, bs) {axis=0}
      c = Conv(v, wf, bf) {pads=[1,1,1,1]}
      r = Clip(c, zero, six)
      y_nhwc = Transpose(x) {perm=[0,2,3,1]} "y_nhwc"
      y_0 = mote.QConv(y_nhwc, y_weights, y_factor, y_bias) {pads=[1,1,1,1], x_zero_point=3, y_zero_point=-100, to=3, low=-100, high=-52} "y"
      y_nchw = Transpose(y_0) {perm=[0,3,1,2]} "y_nchw"
    })");
}

TEST(ToIntegers, AFunctionOfOneValueIsATable) {
  expect_lowered(between("[2,300]", "r = Sigmoid(v)"), {"mote.Lookup"});
  expect_lowered(between("[2,300]", "r = LeakyRelu(v) {alpha=0.2}"), {"mote.Lookup"});
  expect_lowered(between("[2,300]", "s = HardSigmoid(v) r = Mul(v, s)"), {"mote.Lookup"});
  expect_lowered(between("[2,300]",
                         "three: f32[] = {3} zero: f32[] = {0} six: f32[] = {6}\n"
                         "a = Add(v, three) c = Clip(a, zero, six) m = Mul(c, v) r = Div(m, six)"),
                 {"mote.Lookup"});
  expect_lowered(between("[2,300]", "r = Identity(v)"), {"mote.Lookup"});
  expect_lowered(between("[300]", "r = Relu(v)"), {"mote.Lookup"});
  for (const char* f : {"Abs", "Elu", "Erf", "Exp", "Gelu", "HardSwish", "Log", "Mish", "Neg",
                        "Reciprocal", "Softplus", "Softsign", "Sqrt", "Swish", "Tanh"}) {
    expect_lowered(between("[300]", cat("r = ", f, "(v)")), {"mote.Lookup"});
  }
}

TEST(ToIntegers, TheSameQuantizationAgainIsNothing) {
  expect_pass(kToIntegers, R"(
    (x: u8[4]) -> (z) {
      s: f32[] = {0.05}
      v = DequantizeLinear(x, s)
      y = QuantizeLinear(v, s)
      z = Cast(y) {to=7}
    })",
              R"(
    (x: u8[4]) -> (z) {
      s: f32[] = {0.05}
      v = DequantizeLinear(x, s)
      z = Cast(x) {to=7}
    })");
}

TEST(ToIntegers, ConvolutionsOfEveryKind) {
  constexpr std::string_view kWeights =
      "w: s8[6,2,3,3] = {random 1} ws: f32[] = {0.02} wf = DequantizeLinear(w, ws)\n";
  const std::vector<std::string> conv = {"Transpose", "mote.QConv", "Transpose"};
  expect_lowered(between("[2,2,7,6]", cat(kWeights, "r = Conv(v, wf) {strides=[2,1]}")), conv);
  expect_lowered(
      between("[2,6,7,6]", cat(kWeights, "b: f32[6] = {random 2} r = Conv(v, wf, b) {group=3}")),
      conv);
  // u4 weights with zero points, for each filter.
  expect_lowered(
      between(
          "[1,2,5,5]",
          "w: u4[3,2,2,2] = {random 3} ws: f32[3] = {0.02, 0.3, 0.1} wz: u4[3] = {1, 2, 7}\n"
          "wf = DequantizeLinear(w, ws, wz) {axis=0} r = Conv(v, wf) {auto_pad=\"SAME_LOWER\"}"),
      conv);
  // Weights that need 9 bits; depthwise.
  expect_lowered(between("[1,4,5,5]",
                         "w: u8[4,1,3,3] = {random 3} ws: f32[] = {0.001} wz: u8[] = {255}\n"
                         "wf = DequantizeLinear(w, ws, wz) r = Conv(v, wf) {group=4}"),
                 conv);
  // A sequence.
  expect_lowered(
      between("[2,3,9]",
              "w: s8[4,3,3] = {random 1} ws: f32[] = {0.02}\n"
              "wf = DequantizeLinear(w, ws) r = Conv(v, wf) {pads=[1,0], dilations=[2]}"),
      {"Reshape", "Transpose", "mote.QConv", "Reshape", "Transpose"});
}

TEST(ToIntegers, ProductsByMatrices) {
  constexpr std::string_view kWeights =
      "w: s8[4,3] = {random 1} ws: f32[3] = {0.02, 0.3, 0.1}\n"
      "wf = DequantizeLinear(w, ws) {axis=1}\n";
  expect_lowered(between("[5,4]", cat(kWeights, "r = MatMul(v, wf)")), {"mote.QGemm"});
  expect_lowered(between("[2,5,4]", cat(kWeights,
                                        "b: f32[3] = {random 2} m = MatMul(v, wf)\n"
                                        "a = Add(b, m) r = Relu(a)")),
                 {"mote.QGemm"});
  expect_lowered(between("[5,4]", cat(kWeights, "b: f32[1,3] = {random 2} r = Gemm(v, wf, b)")),
                 {"mote.QGemm"});
  expect_lowered(between("[5,4]",
                         "w: s8[3,4] = {random 1} ws: f32[3] = {0.02, 0.3, 0.1}\n"
                         "wf = DequantizeLinear(w, ws) {axis=0} r = Gemm(v, wf) {transB=1}"),
                 {"mote.QGemm"});
  // As exporters write linear layers.
  expect_lowered(between("[5,4]",
                         "w: s8[3,4] = {random 1} ws: f32[3] = {0.02, 0.3, 0.1}\n"
                         "wf = DequantizeLinear(w, ws) {axis=0} t = Transpose(wf) {perm=[1,0]}\n"
                         "r = MatMul(v, t)"),
                 {"mote.QGemm"});
  expect_lowered(between("[2,5,5]", "m = MatMul(v, v) r = Relu(m)"),
                 {"QLinearMatMul", "mote.Lookup"});
}

TEST(ToIntegers, SumsAndProducts) {
  constexpr std::string_view kOther =
      "o: s8[3,4] = {random 5} os: f32[] = {0.5} oz: s8[] = {-1} of = DequantizeLinear(o, os, "
      "oz)\n";
  // The constant's s8 become u8, as x and the result are.
  expect_lowered(between("[2,3,4]", cat(kOther, "r = Add(v, of)")), {"com.microsoft.QLinearAdd"});
  expect_lowered(between("[2,3,4]", cat(kOther, "r = Sub(of, v)")), {"com.microsoft.QLinearAdd"});
  expect_lowered(between("[2,3,4]", cat(kOther, "m = Mul(v, of) r = Relu(m)")),
                 {"com.microsoft.QLinearMul", "mote.Lookup"});
}

TEST(ToIntegers, MeansAndConcatenations) {
  expect_lowered(between("[2,5,3,4]", "r = GlobalAveragePool(v)"),
                 {"Transpose", "com.microsoft.QLinearGlobalAveragePool", "Reshape"});
  expect_lowered(between("[2,5,3,4]", "a: s64[2] = {-1, 2} r = ReduceMean(v, a)"),
                 {"Transpose", "com.microsoft.QLinearGlobalAveragePool", "Reshape"});
  expect_lowered(between("[2,5,3,4]", "a: s64[2] = {2, 3} r = ReduceMean(v, a) {keepdims=0}"),
                 {"Transpose", "com.microsoft.QLinearGlobalAveragePool", "Reshape"});
  expect_lowered(between("[2,5,3]", "a: s64[1] = {1} r = ReduceMean(v, a) {keepdims=0}"),
                 {"com.microsoft.QLinearReduceMean"});
  expect_lowered(between("[2,5,6,6]",
                         "r = AveragePool(v) {kernel_shape=[3,3], pads=[1,1,1,1],\n"
                         "count_include_pad=1, strides=[2,2]}"),
                 {"Transpose", "com.microsoft.QLinearAveragePool", "Transpose"});
  expect_lowered(between("[2,3]",
                         "o: u8[2,1] = {9, 200} os: f32[] = {0.07} oz: u8[] = {100}\n"
                         "of = DequantizeLinear(o, os, oz) r = Concat(v, of) {axis=1}"),
                 {"mote.Lookup", "Concat"});
}

// What moves elements, or takes the greatest, on the way to QuantizeLinear.
TEST(ToIntegers, MovementOnTheWayIsOfIntegers) {
  constexpr std::string_view kConv =
      "w: s8[6,2,3,3] = {random 1} ws: f32[] = {0.02} wf = DequantizeLinear(w, ws)\n"
      "c = Conv(v, wf) ";
  expect_lowered(
      between("[1,2,8,8]", cat(kConv, "m = MaxPool(c) {kernel_shape=[2,2]} r = Relu(m)")),
      {"Transpose", "mote.QConv", "mote.MaxPool", "Transpose"});
  // The last windows hang over the edge.
  expect_lowered(
      between("[1,2,8,8]", cat(kConv,
                               "m = MaxPool(c) {kernel_shape=[3,3], strides=[2,2], ceil_mode=1}\n"
                               "r = Relu(m)")),
      {"Transpose", "mote.QConv", "mote.MaxPool", "Transpose"});
  expect_lowered(between("[1,2,3,3]", cat(kConv, "r = Flatten(c)")),
                 {"Transpose", "mote.QConv", "Reshape", "Flatten"});
  expect_lowered(between("[2,3]", "r = Transpose(v) {perm=[1,0]}"), {"mote.Lookup", "Transpose"});
}

TEST(ToIntegers, QuantizationForEachReaderIsSharedFirst) {
  Graph g = parse_for_test(R"(
    (x: u8[1,2,3,3]) -> (y, z) {
      s: f32[] = {0.05}
      zero: u8[] = {0}
      w: s8[2,2,1,1] = {random 1}
      v = DequantizeLinear(x, s)
      wf = DequantizeLinear(w, s)
      c = Conv(v, wf)
      y = QuantizeLinear(c, s)
      z = QuantizeLinear(c, s, zero)
    })");
  ASSERT_TRUE(kToIntegers.run(g, {all_ops()}));
  EXPECT_EQ(g.outputs[0].value, g.outputs[1].value);
  const auto ops = ops_of(g);
  EXPECT_EQ(std::ranges::count(ops, "mote.QConv"), 1);
}

// Those of the older way to write quantized models give the same bits as before.
TEST(ToIntegers, OperatorsOfIntegersGetTheKernelsLayout) {
  constexpr std::string_view kScales =
      "  xs: f32[] = {0.05} xz: u8[] = {120} ws: f32[4] = {0.1, 0.2, 0.3, 0.01} ys: f32[] = {0.2}\n"
      "  yz: s8[] = {-7} wz: s8[4] = {0, 1, -1, 5} b: s32[4] = {random 7}\n";
  const auto same = [&](std::string_view input, std::string_view body,
                        std::vector<std::string> ops) {
    const std::string text = cat("(x: u8", input, ") -> (y) {\n", kScales, body, " }");
    Graph g = parse_for_test(text);
    const Tensor x = random_bytes(DType::kU8, *g.value(g.inputs[0]).type.tensor.dims());
    const auto want = evaluate_graph(g, {x});
    ASSERT_TRUE(run_passes(g, lowering_passes(), {all_ops()}));
    EXPECT_EQ(ops_of(g), ops);
    const auto got = evaluate_graph(g, {x});
    ASSERT_TRUE(want && got);
    EXPECT_TRUE(equal((*want)[0], (*got)[0])) << text;
  };
  same("[2,3,6,5]",
       "w: s8[4,3,3,3] = {random 1} y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b)\n"
       "{pads=[1,1,1,1]}",
       {"Transpose", "mote.QConv", "Transpose"});
  same("[2,6,5,3]",
       "w: s8[4,3,3,3] = {random 1}\n"
       "y = com.microsoft.QLinearConv(x, xs, xz, w, ws, wz, ys, yz) {channels_last=1}",
       {"mote.QConv"});
  same("[2,5,3]", "w: s8[3,4] = {random 1} y = QLinearMatMul(x, xs, xz, w, ws, wz, ys, yz)",
       {"mote.QGemm"});
  same("[5,3]",
       "w: s8[4,3] = {random 1} y = com.microsoft.QGemm(x, xs, xz, w, ws, wz, b, ys, yz)\n"
       "{transB=1}",
       {"mote.QGemm"});
  same("[5,3]",
       "w: s8[4,3] = {random 1} y = com.microsoft.QGemm(x, xs, xz, w, ws, wz, b, ys, yz)\n"
       "{transB=1, alpha=0.5}",
       {"com.microsoft.QGemm"});
}

TEST(ToIntegers, WhatHasNoIntegerFormStays) {
  const auto stays = [](std::string_view text) { expect_pass(kToIntegers, text, text); };
  // The floats are needed as well.
  stays(R"((x: u8[1,2,3,3]) -> (c, y) {
    s: f32[] = {0.05} w: s8[2,2,1,1] = {random 1} v = DequantizeLinear(x, s)
    wf = DequantizeLinear(w, s) c = Conv(v, wf) y = QuantizeLinear(c, s) })");
  // Floats that were never quantized, several scales, 16 bits, a scale of 0.
  stays("(v: f32[4]) -> (y) { s: f32[] = {0.05} r = Relu(v) y = QuantizeLinear(r, s) }");
  stays(R"((x: u8[2,2]) -> (y) { s: f32[2] = {0.05, 1} v = DequantizeLinear(x, s)
    y = QuantizeLinear(v, s) })");
  stays(R"((x: u16[2,2]) -> (y) { s: f32[] = {0.05} v = DequantizeLinear(x, s)
    r = Relu(v) y = QuantizeLinear(r, s) })");
  stays(R"((x: u8[2,2]) -> (y) { s: f32[] = {0} v = DequantizeLinear(x, s)
    y = QuantizeLinear(v, s) })");
  // Weights whose distance from their zero points 16 bits do not hold.
  stays(R"((x: u8[2,2]) -> (y) { s: f32[] = {0.05} w: u16[2,1] = {40000, 1}
    v = DequantizeLinear(x, s) wf = DequantizeLinear(w, s) r = MatMul(v, wf)
    y = QuantizeLinear(r, s) })");
  stays(R"((x: u8[2,2]) -> (y) { s: f32[] = {0.05} z: s16[] = {1} w: s16[2,1] = {-32768, 1}
    v = DequantizeLinear(x, s) wf = DequantizeLinear(w, s, z) r = MatMul(v, wf)
    y = QuantizeLinear(r, s) })");
  // Scales along the depth of a product, a bias beyond 32 bits.
  stays(R"((x: u8[2,2]) -> (y) { s: f32[] = {0.05} w: s8[2,3] = {random 1} ws: f32[2] = {1, 2}
    v = DequantizeLinear(x, s) wf = DequantizeLinear(w, ws) {axis=0} r = MatMul(v, wf)
    y = QuantizeLinear(r, s) })");
  stays(R"((x: u8[2,2]) -> (y) { s: f32[] = {0.0001} w: s8[2,1] = {random 1} b: f32[1] = {1e9}
    v = DequantizeLinear(x, s) wf = DequantizeLinear(w, s) r = Gemm(v, wf, b)
    y = QuantizeLinear(r, s) })");
}

TEST(ToIntegers, ANetworkKeepsOneTransposeAtItsInput) {
  Graph g = parse_for_test(R"(
    (image: f32[1,3,8,8]) -> (y) {
      s: f32[] = {0.05}
      z: u8[] = {128}
      w1: s8[4,3,3,3] = {random 1}
      w2: s8[4,1,3,3] = {random 2}
      w3: s8[4,10] = {random 3}
      x = QuantizeLinear(image, s, z)
      v = DequantizeLinear(x, s, z)
      w1f = DequantizeLinear(w1, s)
      c1 = Conv(v, w1f) {pads=[1,1,1,1]}
      r1 = Relu(c1)
      q1 = QuantizeLinear(r1, s, z)
      d1 = DequantizeLinear(q1, s, z)
      w2f = DequantizeLinear(w2, s)
      c2 = Conv(d1, w2f) {pads=[1,1,1,1], group=4}
      q2 = QuantizeLinear(c2, s, z)
      d2 = DequantizeLinear(q2, s, z)
      a3 = Add(d1, d2)
      q3 = QuantizeLinear(a3, s, z)
      d3 = DequantizeLinear(q3, s, z)
      h4 = HardSwish(d3)
      q4 = QuantizeLinear(h4, s, z)
      d4 = DequantizeLinear(q4, s, z)
      p = GlobalAveragePool(d4)
      q5 = QuantizeLinear(p, s, z)
      d5 = DequantizeLinear(q5, s, z)
      f = Flatten(d5)
      w3f = DequantizeLinear(w3, s)
      m = MatMul(f, w3f)
      q6 = QuantizeLinear(m, s, z)
      y = DequantizeLinear(q6, s, z)
    })");
  ASSERT_TRUE(run_passes(g, lowering_passes(), {all_ops()}));
  EXPECT_THAT(ops_of(g), ElementsAre("QuantizeLinear", "Transpose", "mote.QConv", "mote.QConv",
                                     "com.microsoft.QLinearAdd", "mote.Lookup",
                                     "com.microsoft.QLinearGlobalAveragePool", "Reshape", "Flatten",
                                     "mote.QGemm", "DequantizeLinear"));
}

}  // namespace
}  // namespace mote
