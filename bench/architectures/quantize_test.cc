// The quantized form: what is an integer, on which grids, and how near it is to the float model.
#include "architectures/quantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "architectures/architectures.h"
#include "format/onnx/onnx.h"
#include "mote/model.h"
#include "mote/session.h"
#include "passes/rewrite.h"

namespace mote {
namespace {

constexpr std::int64_t kSize = 64;

ModelDef floats(std::string_view name) {
  return find_architecture(name)->build({.image_size = kSize});
}

Graph quantized(std::string_view name) {
  auto model = quantize(floats(name));
  EXPECT_TRUE(model) << model.error().message;
  return std::move(model->graph);
}

std::vector<NodeId> nodes(const Graph& graph, std::string_view op) {
  std::vector<NodeId> found = graph.node_ids();
  std::erase_if(found, [&](NodeId id) { return !is_op(graph.node(id), op); });
  return found;
}

// The scales of what DequantizeLinear makes of integers; none if it is another node's.
std::vector<float> scales(const Graph& graph, ValueId real) {
  const NodeId made = producer_if(graph, real, "DequantizeLinear");
  if (made == NodeId::kNone) return {};
  const auto values = graph.value(graph.node(made).inputs[1]).constant.values<float>();
  return {values.begin(), values.end()};
}

// The scale that the readers of `real` see, once it is rounded.
float scale_after(const Graph& graph, ValueId real) {
  const NodeId user = graph.only_user(real);
  if (user == NodeId::kNone || !is_op(graph.node(user), "QuantizeLinear")) return 0;
  return graph.value(graph.node(user).inputs[1]).constant.values<float>()[0];
}

TEST(Quantize, PutsIntegersAroundEveryLayerAndActivationsIntoTheirRange) {
  const Graph graph = quantized("mobilenet_v2");
  for (const char* op : {"Relu", "Clip", "BatchNormalization"}) {
    EXPECT_TRUE(nodes(graph, op).empty()) << op;
  }
  for (const char* op : {"Conv", "Add", "GlobalAveragePool", "Gemm"}) {
    EXPECT_FALSE(nodes(graph, op).empty()) << op;
    for (const NodeId id : nodes(graph, op)) {
      for (const ValueId input : graph.node(id).inputs) EXPECT_FALSE(scales(graph, input).empty());
      EXPECT_NE(scale_after(graph, graph.node(id).outputs[0]), 0) << graph.node(id).name;
    }
  }
}

TEST(Quantize, PutsBiasesOnTheScaleOfTheProducts) {
  const Graph graph = quantized("mobilenet_v2");
  for (const NodeId id : nodes(graph, "Conv")) {
    const std::vector<ValueId>& inputs = graph.node(id).inputs;
    const float x = scales(graph, inputs[0])[0];
    const std::vector<float> weight = scales(graph, inputs[1]), bias = scales(graph, inputs[2]);
    ASSERT_EQ(weight.size(), bias.size());
    for (std::size_t c = 0; c < bias.size(); ++c) EXPECT_EQ(bias[c], weight[c] * x);
  }
}

TEST(Quantize, KeepsTheGridWhereElementsOnlyMove) {
  const Graph graph = quantized("squeezenet1.1");
  for (const char* op : {"Concat", "MaxPool"}) {
    for (const NodeId id : nodes(graph, op)) {
      const float made = scale_after(graph, graph.node(id).outputs[0]);
      for (const ValueId input : graph.node(id).inputs) EXPECT_EQ(scales(graph, input)[0], made);
    }
  }
}

std::vector<float> logits(const ModelDef& def) {
  const auto files = write_onnx(def);
  const auto model = *Model::parse(std::as_bytes(std::span(files->model)));
  std::vector<float> image(3 * kSize * kSize);
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = std::sin(static_cast<float>(i));
  const Tensor input = Tensor::of<float>({1, 3, kSize, kSize}, image);
  const auto outputs = *(*Session::create(model))->run(std::span(&input, 1));
  const auto values = outputs[0].values<float>();
  return {values.begin(), values.end()};
}

TEST(Quantize, IsNearTheFloatModel) {
  for (const char* name : {"resnet18", "squeezenet1.1", "mobilenet_v1"}) {
    const std::vector<float> want = logits(floats(name)), got = logits(*quantize(floats(name)));
    double error = 0, power = 0;
    for (std::size_t i = 0; i < want.size(); ++i) {
      error += std::pow(want[i] - got[i], 2);
      power += std::pow(want[i], 2);
    }
    EXPECT_LT(error, power * 0.01) << name;
  }
}

}  // namespace
}  // namespace mote
