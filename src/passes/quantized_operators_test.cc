#include "passes/quantized_operators.h"

#include <gtest/gtest.h>

#include "ir/inference.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "ops/ops.h"

namespace mote {
namespace {

Graph split(std::string_view text) {
  Graph graph = *parse_graph(text, all_ops());
  const Status made = split_quantized_operators(graph, {all_ops()});
  EXPECT_TRUE(made) << made.error().message;
  const Status sound = verify(graph);
  EXPECT_TRUE(sound) << sound.error().message;
  return graph;
}

std::vector<std::string> operators(const Graph& graph) {
  std::vector<std::string> names;
  for (const NodeId id : graph.node_ids()) names.push_back(graph.node(id).op_type);
  return names;
}

using Names = std::vector<std::string>;

TEST(QuantizedOperators, AConvolutionHasABiasOfBothScales) {
  const Graph graph = split(R"(
    (x: u8[1,2,4,4]) -> (y) {
      xs: f32[] = {0.5} xz: u8[] = {3} w: s8[3,2,3,3] = {random 1} ws: f32[3] = {0.1, 0.2, 0.3}
      wz: s8[3] = {0, 0, 0} ys: f32[] = {2} yz: u8[] = {7} b: s32[3] = {10, 20, 30}
      y = QLinearConv(x, xs, xz, w, ws, wz, ys, yz, b) {pads=[1, 1, 1, 1]}
    })");
  EXPECT_EQ(operators(graph).back(), "QuantizeLinear");
  const Node& conv = graph.node(
      graph.value(graph.node(graph.value(graph.outputs[0].value).producer).inputs[0]).producer);
  ASSERT_EQ(conv.op_type, "Conv");
  const Node& bias = graph.node(graph.value(conv.inputs[2]).producer);
  ASSERT_EQ(bias.op_type, "DequantizeLinear");
  const auto scales = graph.value(bias.inputs[1]).constant.values<float>();
  EXPECT_FLOAT_EQ(scales[1], 0.1F);
}

TEST(QuantizedOperators, ElementsOfSeveralScales) {
  const Graph graph = split(R"(
    (a: u8[4], b: u8[4]) -> (y) {
      s: f32[] = {0.5} z: u8[] = {3} t: f32[] = {0.25} u: u8[] = {0}
      c = com.microsoft.QLinearAdd(a, s, z, b, t, u, s, z)
      y = com.microsoft.QLinearConcat(t, u, c, s, z, b, t, u) {axis=0}
    })");
  EXPECT_EQ(operators(graph),
            (Names{"DequantizeLinear", "DequantizeLinear", "Add", "QuantizeLinear",
                   "DequantizeLinear", "DequantizeLinear", "Concat", "QuantizeLinear"}));
}

TEST(QuantizedOperators, AResultWithoutZeroPointHasTheTypeOfTheInput) {
  const Graph graph = split(R"(
    (a: s8[4]) -> (y) {
      s: f32[] = {0.5}
      y = com.microsoft.QLinearSigmoid(a, s, _, s)
    })");
  EXPECT_EQ(graph.value(graph.outputs[0].value).type.tensor.dtype, DType::kS8);
}

TEST(QuantizedOperators, SubgraphsAreSplitToo) {
  const Graph graph = split(R"(
    (c: bool[], a: u8[4]) -> (y) {
      y = If(c) captures (a) {
        then_branch=graph captures (0: b) -> (d) {
          s: f32[] = {0.5} z: u8[] = {3}
          d = com.microsoft.QLinearAdd(b, s, z, b, s, z, s, z) },
        else_branch=graph captures (0: b) -> (e) { e = Identity(b) }}
    })");
  const Node& node = graph.node(graph.first_node());
  EXPECT_EQ(operators(*std::get<GraphPtr>(*node.attributes.find("then_branch"))).back(),
            "QuantizeLinear");
}

TEST(QuantizedOperators, ChannelsThatComeLastStay) {
  const Graph graph = split(R"(
    (x: u8[1,4,4,2]) -> (y) {
      s: f32[] = {0.5} z: u8[] = {3}
      y = com.microsoft.QLinearGlobalAveragePool(x, s, z, s, z) {channels_last=1}
    })");
  EXPECT_EQ(operators(graph), (Names{"QLinearGlobalAveragePool"}));
}

}  // namespace
}  // namespace mote
