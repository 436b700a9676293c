#include <gmock/gmock.h>

#include "ir/inference.h"
#include "ir/text.h"
#include "kernels/table.h"
#include "ops/ops.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(ImageConv, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: f32[1,5,5,3], w: f32[4,2,3,3]) -> (y) { y = mote.Conv(x, w) }"),
              HasSubstr("w has size 2 in dimension 1, not 3"));
  EXPECT_THAT(inferred("(x: f32[1,5,5,3], w: f32[4,3,3,3]) -> (y) {\n"
                       "  y = mote.Conv(x, w) {activation=\"Mish\"} }"),
              HasSubstr("activation 'Mish'"));
  EXPECT_THAT(inferred("(x: f32[1,5,5,3], w: f32[4,3,3,3], r: f32[1,5,5,4]) -> (y) {\n"
                       "  y = mote.Conv(x, w, _, r) }"),
              HasSubstr("residual has size 5 in dimension 1, not 3"));
  EXPECT_THAT(inferred("(x: f32[1,5,5,3], w: f32[4,3,3,3]) -> (y) {\n"
                       "  y = mote.Conv(x, w) {kernel_shape=[3, 1]} }"),
              HasSubstr("w has size 3 in dimension 3, not 1"));
  EXPECT_THAT(inferred("(x: f32[1,5,5,3]) -> (y) { y = mote.MaxPool(x) {kernel_shape=[2]} }"),
              HasSubstr("kernel_shape has 1 values"));
}

// Runs the only node of `text` on the best kernels of this CPU; the input is a ramp.
Tensor run_step(std::string_view text, int threads) {
  Graph graph = *parse_graph(text, all_ops());
  EXPECT_TRUE(infer_types(graph));
  const Node& node = graph.node(graph.first_node());
  std::vector<InputInfo> in, out;
  std::vector<TensorView> views;
  const TypeInference types(graph);
  Tensor x = *Tensor::zeros(DType::kF32, *graph.value(node.inputs[0]).type.tensor.dims());
  for (std::int64_t i = 0; i < x.count(); ++i) {
    x.mut().as<float>()[i] = static_cast<float>(i % 37) * 0.1F - 1.0F;
  }
  for (const ValueId v : node.inputs) {
    in.push_back(types.known(v));
    views.push_back(in.back().constant ? in.back().constant.view() : x.view());
  }
  out.push_back(types.known(node.outputs[0]));
  auto step = node.op->prepare({.op_params = node.params.get(),
                                .in = in,
                                .captured = {},
                                .out = out,
                                .kernels = *find_kernels(nullptr)});
  EXPECT_TRUE(step && *step);
  Tensor y = *Tensor::zeros(DType::kF32, *out[0].type.tensor.dims());
  const MutTensorView target = y.mut();
  Tensor scratch =
      *Tensor::zeros(DType::kU8, {static_cast<std::int64_t>((*step)->scratch_bytes())});
  Workers workers(threads);
  EXPECT_TRUE((*step)->run({.in = views,
                            .out = std::span(&target, 1),
                            .scratch = static_cast<std::byte*>(scratch.mut().data),
                            .workers = workers,
                            .stop = StopToken()}));
  return y;
}

TEST(ImageConv, GivesTheSameBitsOnAnyNumberOfThreads) {
  for (const std::string_view text :
       {"(x: f32[1,20,21,3]) -> (y) { w: f32[40,3,3,3] = {random 1}\n"
        "  y = mote.Conv(x, w) {pads=[1, 1, 1, 1], activation=\"Silu\"} }",
        "(x: f32[1,20,21,32]) -> (y) { w: f32[80,32,3,3] = {random 2}\n"
        "  y = mote.Conv(x, w) {pads=[1, 1, 1, 1]} }",
        "(x: f32[1,7,7,512]) -> (y) { w: f32[300,512,1,1] = {random 3} y = mote.Conv(x, w) }",
        "(x: f32[1,30,31,64]) -> (y) { w: f32[64,1,3,3] = {random 4}\n"
        "  y = mote.Conv(x, w) {group=64, pads=[1, 1, 1, 1]} }"}) {
    EXPECT_TRUE(equal(run_step(text, 1), run_step(text, 3))) << text;
  }
}

// A kernel with more taps than pointers are kept for is left to the reference.
TEST(ImageConv, LeavesHugeKernelsToTheReference) {
  Graph graph = *parse_graph(
      "(x: f32[1,70,70,16]) -> (y) { w: f32[1,16,70,70] = {random 1} y = mote.Conv(x, w) }",
      all_ops());
  ASSERT_TRUE(infer_types(graph));
  const Node& node = graph.node(graph.first_node());
  const TypeInference types(graph);
  const std::vector<InputInfo> in{types.known(node.inputs[0]), types.known(node.inputs[1])};
  const std::vector<InputInfo> out{types.known(node.outputs[0])};
  const auto step = node.op->prepare({.op_params = node.params.get(),
                                      .in = in,
                                      .captured = {},
                                      .out = out,
                                      .kernels = *find_kernels(nullptr)});
  ASSERT_TRUE(step);
  EXPECT_EQ(*step, nullptr);
}

}  // namespace
}  // namespace mote
