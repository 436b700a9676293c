// What write_tflite() makes of graphs. That it gives the same is tested in src/measure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "format/tflite/tflite.h"
#include "ir/inference.h"
#include "ir/text.h"
#include "ops/ops.h"
#include "tflite_generated.h"

namespace mote {
namespace {

namespace fb = tfl::fb;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

struct Written {
  std::string bytes;
  std::vector<Obstacle> obstacles;

  const fb::Model& model() const { return *fb::GetModel(bytes.data()); }
  const fb::SubGraph& main() const { return *model().subgraphs()->Get(0); }
  const fb::Tensor& tensor(int i) const {
    return *main().tensors()->Get(static_cast<flatbuffers::uoffset_t>(i));
  }
  const fb::Operator& op(std::string_view name) const {
    const auto names = operators();
    const auto at = std::ranges::find(names, name);
    EXPECT_NE(at, names.end()) << name;
    return *main().operators()->Get(static_cast<flatbuffers::uoffset_t>(at - names.begin()));
  }
  std::vector<std::string> operators() const {
    std::vector<std::string> names;
    for (const fb::Operator* op : *main().operators()) {
      const auto* code = model().operator_codes()->Get(op->opcode_index());
      names.emplace_back(fb::EnumNameBuiltinOperator(code->builtin_code()));
    }
    return names;
  }
  std::vector<fb::TensorType> types_of(std::string_view name) const {
    std::vector<fb::TensorType> types;
    for (const std::int32_t i : *op(name).inputs()) types.push_back(tensor(i).type());
    types.push_back(tensor(op(name).outputs()->Get(0)).type());
    return types;
  }
};

Status prepare(Graph& graph) {
  std::vector<Obstacle> kept;
  MOTE_TRY(infer_types(graph));
  return lower_to_tflite(graph, kept);
}

Written write(std::string_view text) {
  Written made;
  ModelDef def;
  def.graph = *parse_graph(text, all_ops());
  const Status ready = prepare(def.graph);
  EXPECT_TRUE(ready) << ready.error().message;
  auto bytes = write_tflite(def, {prepare, &made.obstacles});
  EXPECT_TRUE(bytes) << bytes.error().message;
  if (bytes) made.bytes = *std::move(bytes);
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(made.bytes.data()),
                                 made.bytes.size());
  EXPECT_TRUE(!made.obstacles.empty() || fb::VerifyModelBuffer(verifier));
  return made;
}

// A convolution of 8 bits, with the zero points of its parts.
std::string quantized_convolution(std::string_view type, int zero_point, int weight_zero_point) {
  const auto z = std::string(type) + "[] = {" + std::to_string(zero_point) + "} ";
  const auto wz = std::string(type) + "[] = {" + std::to_string(weight_zero_point) + "} ";
  return "(q: " + std::string(type) + "[1,2,5,5]) -> (y) { s: f32[] = {0.5} ws: f32[] = {0.25}\n" +
         "  z: " + z + "wz: " + wz + "w: " + std::string(type) + "[3,2,3,3] = {random 1}\n" +
         "  b: f32[3] = {1, 2, 3} x = DequantizeLinear(q, s, z)\n" +
         "  v = DequantizeLinear(w, ws, wz) c = Conv(x, v, b) r = Relu(c)\n" +
         "  y = QuantizeLinear(r, s, z) }";
}

TEST(TfliteWriting, ConvolutionsBetweenGridsAreOfIntegers) {
  const Written made = write(quantized_convolution("s8", 3, 0));
  EXPECT_THAT(made.operators(), ElementsAre("TRANSPOSE", "CONV_2D", "TRANSPOSE"));
  EXPECT_THAT(made.types_of("CONV_2D"), ElementsAre(fb::TensorType_INT8, fb::TensorType_INT8,
                                                    fb::TensorType_INT32, fb::TensorType_INT8));
  const fb::Operator& conv = made.op("CONV_2D");
  EXPECT_EQ(conv.builtin_options_as_Conv2DOptions()->fused_activation_function(),
            fb::ActivationFunctionType_RELU);
  const fb::Tensor& bias = made.tensor(conv.inputs()->Get(2));
  EXPECT_THAT(*bias.quantization()->scale(), ElementsAre(0.125F));
}

// Values before it move what is known of others, or did.
TEST(TfliteWriting, ConvolutionsBehindAnyNumberOfValuesAreOfIntegers) {
  const std::string convolution = quantized_convolution("s8", 3, 0);
  const std::size_t inputs = convolution.find('(') + 1, outputs = convolution.find("(y)") + 2;
  std::string nodes;
  for (int n = 1; n <= 32; ++n) {
    nodes += " e" + std::to_string(n) + " = Neg(e" + std::to_string(n - 1) + ")";
    std::string text = convolution;
    text.insert(text.find('{', outputs) + 1, nodes);
    text.insert(outputs, ", e" + std::to_string(n));
    text.insert(inputs, "e0: f32[2], ");
    EXPECT_EQ(write(text).types_of("CONV_2D").back(), fb::TensorType_INT8) << text;
  }
}

TEST(TfliteWriting, BytesStayBytesWhateverTheZeroPointOfTheirWeights) {
  const Written centred = write(quantized_convolution("u8", 3, 128));
  EXPECT_EQ(centred.types_of("CONV_2D")[1], fb::TensorType_UINT8);
  const Written odd = write(quantized_convolution("u8", 3, 100));
  EXPECT_EQ(odd.types_of("CONV_2D")[1], fb::TensorType_UINT8);
}

TEST(TfliteWriting, SignedWeightsWithAZeroPointAreNumbers) {
  const Written no = write(quantized_convolution("s8", 3, 1));
  EXPECT_EQ(no.types_of("CONV_2D")[0], fb::TensorType_FLOAT32);
  EXPECT_THAT(no.operators(), Contains("DEQUANTIZE"));
}

TEST(TfliteWriting, OtherRangesOfSoftmaxAreOfNumbers) {
  const auto softmax = [](std::string_view scale, std::string_view zero_point) {
    return "(q: s8[1,8]) -> (y) { s: f32[] = {0.5} z: s8[] = {0} t: f32[] = {" +
           std::string(scale) + "} u: s8[] = {" + std::string(zero_point) +
           "} x = DequantizeLinear(q, s, z) p = Softmax(x) y = QuantizeLinear(p, t, u) }";
  };
  EXPECT_THAT(write(softmax("0.00390625", "-128")).operators(), ElementsAre("SOFTMAX"));
  EXPECT_THAT(write(softmax("0.5", "0")).operators(),
              ElementsAre("DEQUANTIZE", "SOFTMAX", "QUANTIZE"));
}

TEST(TfliteWriting, ImagesChangeTheirOrderOnceEachWay) {
  const Written made = write(
      "(x: f32[1,2,8,8]) -> (y) { w: f32[4,2,3,3] = {random 1} v: f32[4,4,3,3] = {random 2}\n"
      "  a = Conv(x, w) {pads=[1, 1, 1, 1]} b = Relu(a) c = MaxPool(b) {kernel_shape=[2, 2],\n"
      "  strides=[2, 2]} y = Conv(c, v) {pads=[1, 1, 1, 1]} }");
  EXPECT_THAT(made.operators(),
              ElementsAre("TRANSPOSE", "CONV_2D", "MAX_POOL_2D", "CONV_2D", "TRANSPOSE"));
  EXPECT_EQ(made.op("CONV_2D").builtin_options_as_Conv2DOptions()->padding(), fb::Padding_SAME);
}

TEST(TfliteWriting, PaddingThatIsNeitherSameNorValidGoesBefore) {
  const Written made = write(
      "(x: f32[1,2,8,8]) -> (y) { w: f32[4,2,3,3] = {random 1}\n"
      "  y = Conv(x, w) {pads=[1, 1, 1, 1], strides=[2, 2]} }");
  EXPECT_THAT(made.operators(), ElementsAre("PAD", "TRANSPOSE", "CONV_2D", "TRANSPOSE"));
}

TEST(TfliteWriting, WhatChannelsLastModelsHaveNeedsNoTranspose) {
  const Written made = write(
      "(x: f32[1,8,8,2]) -> (y) { w: f32[4,2,3,3] = {random 1}\n"
      "  a = Transpose(x) {perm=[0, 3, 1, 2]} b = Conv(a, w)\n"
      "  y = Transpose(b) {perm=[0, 2, 3, 1]} }");
  EXPECT_THAT(made.operators(), ElementsAre("CONV_2D"));
}

TEST(TfliteWriting, OpenSizesStayOpen) {
  const Written made = write("(x: f32[n,4]) -> (y) { y = Relu(x) }");
  EXPECT_THAT(*made.tensor(0).shape(), ElementsAre(1, 4));
  EXPECT_THAT(*made.tensor(0).shape_signature(), ElementsAre(-1, 4));
}

// Why the first node that could not be was not replaced.
std::string why_kept(std::string_view text) {
  std::vector<Obstacle> kept;
  Graph graph = *parse_graph(text, all_ops());
  const Status ready = infer_types(graph);
  EXPECT_TRUE(ready) << ready.error().message;
  const Status lowered = lower_to_tflite(graph, kept);
  EXPECT_TRUE(lowered) << lowered.error().message;
  return kept.empty() ? "" : kept[0].reason;
}

// Models may declare what their own run would deny.
TEST(TfliteWriting, SizesThatCannotBeAreInTheWay) {
  const auto reason = [](std::string_view text) {
    const Written made = write(text);
    return made.obstacles.empty() ? "" : made.obstacles[0].reason;
  };
  EXPECT_EQ(reason("(x: f32[2,3], n: s64[2]) -> (y) { y: f32[4,2] = Reshape(x, n) }"),
            "a result of more or fewer elements than its input");
  EXPECT_EQ(reason("(x: f32[6], n: s64[2]) -> (a, b) { a: f32[2], b: f32[3] = Split(x, n) }"),
            "parts that are not the whole");
  EXPECT_EQ(reason("(x: f32[1,1,0,5]) -> (y) {\n"
                   "  y = MaxPool(x) {kernel_shape=[1,3], auto_pad=\"SAME_UPPER\"} }"),
            "a pool over nothing");
}

TEST(TfliteWriting, SizesBeyondAllMemoryAreNotWritten) {
  Graph graph = *parse_graph(
      "(x: f32[1,1,1,1]) -> (y) {\n"
      "  p: s64[8] = {0, 0, 0, 0, 500000, 500000, 500000, 500000}\n"
      "  y = Pad(x, p) }",
      all_ops());
  const Status ready = prepare(graph);
  ASSERT_FALSE(ready);
  EXPECT_THAT(ready.error().message, testing::HasSubstr("more elements than memory can hold"));
}

TEST(TfliteWriting, FormulasNeedTheNumberOfAxes) {
  EXPECT_EQ(why_kept("(x: f32[...], s: f32[3], b: f32[3]) -> (y) {\n"
                     "  y = InstanceNormalization(x, s, b) }"),
            "the number of axes of its inputs must be known");
  EXPECT_EQ(why_kept("(x: f32[...], k: s64[1]) -> (v, i) { v, i = TopK(x, k) {largest=0} }"),
            "the number of axes of its inputs must be known");
}

TEST(TfliteWriting, SizesThatAFewBytesAskForAreBounded) {
  constexpr std::string_view kLarge = "it takes a constant of more than 2^24 elements";
  EXPECT_EQ(why_kept("(q: f32[1,1,9000,8], k: f32[1,1,9000,8]) -> (y) {\n"
                     "  y = Attention(q, k, k) {is_causal=1} }"),
            kLarge);
  EXPECT_EQ(why_kept("(x: f32[8,9000000], i: s64[8,9000000]) -> (y) { y = GatherElements(x, i) }"),
            kLarge);
  // Each round of 1000 has a loop of 1000 rounds.
  EXPECT_THAT(
      why_kept("(x: f32[2]) -> (y) { n: s64[] = {1000} t: bool[] = {1}\n"
               "  y = Loop(n, t, x) { body=graph (i: s64[], c: bool[], a: f32[2]) -> (c, d) {\n"
               "    m: s64[] = {1000} u: bool[] = {1}\n"
               "    d = Loop(m, u, a) {\n"
               "      body=graph (j: s64[], e: bool[], f: f32[2]) -> (e, g) { g = Neg(f) }}\n"
               "  }} }"),
      testing::HasSubstr("up to 100,000 nodes in all"));
}

TEST(TfliteWriting, NamesAreThoseOfTheSignature) {
  const Written made = write("(left: f32[4], right: f32[4]) -> (sum) { sum = Add(left, right) }");
  const auto* signature = made.model().signature_defs()->Get(0);
  EXPECT_EQ(signature->signature_key()->str(), "serving_default");
  EXPECT_EQ(signature->inputs()->Get(1)->name()->str(), "right");
  EXPECT_EQ(signature->outputs()->Get(0)->name()->str(), "sum");
}

TEST(TfliteWriting, ConstantsOfTheSameBytesAreStoredOnce) {
  const Written made = write(
      "(x: f32[1,64]) -> (y) { w: f32[64,64] = {random 1} v: f32[64,64] = {random 1}\n"
      "  a = MatMul(x, w) y = MatMul(a, v) }");
  EXPECT_LT(made.bytes.size(), 2 * 64 * 64 * sizeof(float));
}

TEST(TfliteWriting, BranchesAreSubgraphsOfWhatTheyRead) {
  const Written made = write(
      "(c: bool[], x: f32[4]) -> (y) { k: f32[] = {3}\n"
      "  y = If(c) captures (x, k) {\n"
      "    then_branch=graph captures (0: v, 1: m) -> (a) { a = Mul(v, m) },\n"
      "    else_branch=graph captures (0: v) -> (b) { b = Relu(v) }} }");
  ASSERT_THAT(made.operators(), ElementsAre("IF"));
  ASSERT_EQ(made.model().subgraphs()->size(), 3U);
  for (const fb::SubGraph* branch :
       {made.model().subgraphs()->Get(1), made.model().subgraphs()->Get(2)}) {
    EXPECT_EQ(branch->inputs()->size(), 1U) << "constants are their own";
    EXPECT_EQ(branch->outputs()->size(), 1U);
  }
}

TEST(TfliteWriting, IntegersThatNoKernelTakesAreWidened) {
  const Written made = write("(a: s8[4], b: s8[4]) -> (y) { y = Sub(a, b) }");
  EXPECT_THAT(made.operators(), ElementsAre("CAST", "CAST", "SUB", "CAST"));
}

TEST(TfliteWriting, TellsEverythingThatIsInTheWay) {
  const Written made = write(
      "(x: f32[2,2], s: s64[2]) -> (y, z) { d = Det(x) y = Relu(d) a = Div(s, s) z = Abs(a)}");
  ASSERT_EQ(made.obstacles.size(), 2U) << "what reads what is in the way is not in it";
  EXPECT_EQ(made.obstacles[0].op, "Det");
  EXPECT_EQ(made.obstacles[1].reason, "TensorFlow Lite has no kernel of it for s64");
  EXPECT_TRUE(made.bytes.empty());
}

TEST(TfliteWriting, RefusesInputsThatHaveNoForm) {
  const auto refusal = [](std::string_view input) {
    std::vector<Obstacle> obstacles;
    ModelDef def;
    def.graph = *parse_graph("(x: " + std::string(input) + ") -> (y) { y = Relu(x) }", all_ops());
    const auto made = write_tflite(def, {prepare, &obstacles});
    EXPECT_FALSE(made);
    EXPECT_EQ(made.error().code, Code::kUnsupported);
    return made.error().message;
  };
  EXPECT_EQ(refusal("f64[2]"), "'x' is f64, with which TensorFlow Lite does not compute");
  EXPECT_EQ(refusal("f32[...]"), "'x' may be of any rank");
  EXPECT_EQ(refusal("f32[0,3000000000]"), "'x' has a size beyond 31 bits");
}

}  // namespace
}  // namespace mote
