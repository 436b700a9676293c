// A network in QDQ form, of the parts that mobile networks are made of: computed with integers it
// gives the same bits on every ISA and any number of threads, and nearly what floats give.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "answers.h"
#include "format/onnx/onnx.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "kernels/table.h"
#include "mote/session.h"
#include "ops/ops.h"
#include "passes/pass.h"

namespace mote {
namespace {

// Weights are random within [-3, 3]; scales keep each layer's results within about 4 of their
// standard deviations.
constexpr std::string_view kNetwork = R"(
(image: f32[2,3,33,31]) -> (scores) {
  s: f32[] = {0.03125} z: u8[] = {128}
  # results of Clip to [0, 6]; of linear layers
  s6: f32[] = {0.0235294} z6: u8[] = {0} sl: f32[] = {0.03} zl: u8[] = {131}
  zero: f32[] = {0} six: f32[] = {6}
  q0 = QuantizeLinear(image, s, z) d0 = DequantizeLinear(q0, s, z)

  # a stem, 3 to 16 channels, scales of each filter, an integer bias
  w1: s8[16,3,3,3] = {random 1}
  w1s: f32[16] = {0.1, 0.11, 0.12, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.1, 0.1, 0.1, 0.2}
  b1: s32[16] = {1, -50, 99, 0, 0, 0, 7, 0, 0, 33, 0, 0, 0, -9, 0, 5}
  b1s: f32[16] = {0.003125, 0.0034375, 0.00375, 0.003125, 0.003125, 0.003125, 0.003125, 0.003125,
                  0.003125, 0.003125, 0.003125, 0.0015625, 0.003125, 0.003125, 0.003125, 0.00625}
  w1f = DequantizeLinear(w1, w1s) {axis=0} b1f = DequantizeLinear(b1, b1s) {axis=0}
  c1 = Conv(d0, w1f, b1f) {strides=[2,2], auto_pad="SAME_UPPER"}
  a1 = Clip(c1, zero, six)
  q1 = QuantizeLinear(a1, s6, z6) d1 = DequantizeLinear(q1, s6, z6)

  # one filter for each channel, u8 weights about 128
  w2: u8[16,1,3,3] = {random 2} w2s: f32[] = {0.2} w2z: u8[] = {2}
  w2f = DequantizeLinear(w2, w2s, w2z)
  c2 = Conv(d1, w2f) {pads=[1,1,1,1], group=16}
  a2 = Relu(c2)
  q2 = QuantizeLinear(a2, s6, z6) d2 = DequantizeLinear(q2, s6, z6)

  # one pixel, to a linear result; the sum with what went in
  w3: s4[16,16,1,1] = {random 3} w3s: f32[] = {0.1}
  w3f = DequantizeLinear(w3, w3s)
  c3 = Conv(d2, w3f)
  q3 = QuantizeLinear(c3, sl, zl) d3 = DequantizeLinear(q3, sl, zl)
  a4 = Add(d3, d1)
  q4 = QuantizeLinear(a4, sl, zl) d4 = DequantizeLinear(q4, sl, zl)

  # groups, hard swish as it is spelt out, a gate by channel
  w5: s8[24,4,3,3] = {random 4} w5s: f32[] = {0.06}
  w5f = DequantizeLinear(w5, w5s)
  c5 = Conv(d4, w5f) {group=4, strides=[2,1]}
  q5 = QuantizeLinear(c5, sl, zl) d5 = DequantizeLinear(q5, sl, zl)
  three: f32[] = {3}
  h5 = Add(d5, three) h6 = Clip(h5, zero, six) h7 = Mul(d5, h6) h8 = Div(h7, six)
  q8 = QuantizeLinear(h8, sl, zl) d8 = DequantizeLinear(q8, sl, zl)
  p9 = GlobalAveragePool(d8)
  q9 = QuantizeLinear(p9, sl, zl) d9 = DequantizeLinear(q9, sl, zl)
  w10: s8[24,24,1,1] = {random 5} w10f = DequantizeLinear(w10, w3s)
  c10 = Conv(d9, w10f)
  sg: f32[] = {0.00390625}
  q10c = QuantizeLinear(c10, sl, zl) d10c = DequantizeLinear(q10c, sl, zl)
  g11 = HardSigmoid(d10c)
  q11 = QuantizeLinear(g11, sg, z6) d11 = DequantizeLinear(q11, sg, z6)
  m12 = Mul(d8, d11)
  q12 = QuantizeLinear(m12, sl, zl) d12 = DequantizeLinear(q12, sl, zl)

  # pools, branches put together, and a classifier as exporters write linear layers
  p13 = MaxPool(d12) {kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]}
  p14 = AveragePool(d12) {kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]}
  q14 = QuantizeLinear(p14, s6, z6) d14 = DequantizeLinear(q14, s6, z6)
  k15 = Concat(p13, d14) {axis=1}
  q15 = QuantizeLinear(k15, sl, zl) d15 = DequantizeLinear(q15, sl, zl)
  axes: s64[2] = {2, 3}
  m16 = ReduceMean(d15, axes) {keepdims=0}
  q16 = QuantizeLinear(m16, sl, zl) d16 = DequantizeLinear(q16, sl, zl)
  w17: s8[10,48] = {random 6}
  w17s: f32[10] = {0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.15, 0.1, 0.1}
  w17f = DequantizeLinear(w17, w17s) {axis=0} w17t = Transpose(w17f) {perm=[1,0]}
  b17: f32[10] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}
  m17 = MatMul(d16, w17t) a17 = Add(m17, b17)
  q17 = QuantizeLinear(a17, sl, zl)
  scores = DequantizeLinear(q17, sl, zl)
})";

std::shared_ptr<const Model> network() {
  auto graph = parse_graph(kNetwork, all_ops());
  EXPECT_TRUE(graph) << graph.error().message;
  ModelDef def;
  def.graph = *std::move(graph);
  const auto files = write_onnx(def);
  EXPECT_TRUE(files) << files.error().message;
  auto model = Model::parse(std::as_bytes(std::span(files->model)));
  EXPECT_TRUE(model) << model.error().message;
  return *model;
}

Tensor scores_of(const std::shared_ptr<const Model>& model, SessionOptions options) {
  const auto got = answers(model, std::move(options));
  EXPECT_TRUE(got) << got.error().message;
  return (*got)[0];
}

TEST(Quantized, EveryIsaAndNumberOfThreadsGivesTheSameBits) {
  const auto model = network();
  const Tensor want = scores_of(model, {.threads = 1, .isa = "scalar"});
  for (const KernelTable* isa : runnable_kernels()) {
    for (const int threads : {1, 2, 3}) {
      const Tensor got = scores_of(model, {.threads = threads, .isa = isa->isa});
      EXPECT_TRUE(equal(want, got)) << isa->isa << ", " << threads << " threads";
    }
  }
}

TEST(Quantized, IntegersAreNearFloats) {
  const auto model = network();
  const Tensor integers = scores_of(model, {});
  const Tensor floats = scores_of(model, {.disabled_passes = {"to_integers"}});
  const Tensor references = scores_of(model, {.optimize = false});
  constexpr float kStep = 0.03F;
  constexpr float kOperators = 18;  // each may be one step off
  float least = 1e9F, most = -1e9F;
  for (std::int64_t i = 0; i < integers.count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const float x = integers.values<float>()[at];
    EXPECT_LE(std::abs(x - floats.values<float>()[at]), kOperators * kStep) << i;
    EXPECT_LE(std::abs(x - references.values<float>()[at]), kOperators * kStep) << i;
    least = std::min(least, x), most = std::max(most, x);
  }
  EXPECT_GT(most - least, 20 * kStep) << "scores that say nothing prove nothing";
}

TEST(Quantized, NothingIsComputedInFloatsBetweenTheEnds) {
  auto session = *Session::create(network());
  ASSERT_TRUE(session->prepare(std::vector<Dims>{{2, 3, 33, 31}}));
  std::vector<std::string> ops;
  for (const StepProfile& step : session->profile()) ops.push_back(step.op);
  const auto count = [&](std::string_view op) { return std::ranges::count(ops, op); };
  EXPECT_EQ(count("QuantizeLinear"), 1);
  EXPECT_EQ(count("DequantizeLinear"), 1);
  EXPECT_EQ(count("mote.QConv"), 5);
  EXPECT_EQ(count("mote.QGemm"), 1);
  EXPECT_EQ(count("Transpose"), 1) << "of the image";
  for (const char* op : {"Conv", "mote.Conv", "Clip", "Add", "Mul", "MatMul", "mote.Gemm"}) {
    EXPECT_EQ(count(op), 0) << op;
  }
  for (const StepProfile& step : session->profile()) {
    EXPECT_FALSE(step.op == "mote.QConv" && step.kernel == "reference") << step.node;
  }
}

// Written and read again, models with operators of com.microsoft too.
TEST(Quantized, OperatorsOfOtherDomainsAreWrittenBack) {
  auto graph = parse_graph(
      "(a: u8[2,3], b: u8[3]) -> (y) { s: f32[] = {0.5} z: u8[] = {7}\n"
      "  c = com.microsoft.QLinearAdd(a, s, z, b, s, z, s, z)\n"
      "  y = com.microsoft.QLinearSigmoid(c, s, z, s, _) }",
      all_ops());
  ASSERT_TRUE(graph) << graph.error().message;
  ModelDef def;
  def.graph = *std::move(graph);
  const auto files = write_onnx(def);
  ASSERT_TRUE(files) << files.error().message;
  const auto bytes = std::as_bytes(std::span(files->model));
  const auto again = read_onnx(std::make_shared<const Bytes>(bytes.begin(), bytes.end()), {});
  ASSERT_TRUE(again) << again.error().message;
  const auto import = std::ranges::find(again->opsets, "com.microsoft", &OpsetImport::domain);
  ASSERT_NE(import, again->opsets.end());
  EXPECT_EQ(import->version, 1);
  ASSERT_TRUE(infer_types(def.graph));
  def.graph.name = again->graph.name;
  EXPECT_EQ(to_text(again->graph), to_text(def.graph));
  const auto model = Model::parse(bytes);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_TRUE((*model)->obstacles().empty());
  EXPECT_TRUE(answers(*model, {}));
}

}  // namespace
}  // namespace mote
