#include "format/tflite/tflite.h"

#include <gmock/gmock.h>

#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

using ::testing::HasSubstr;

fb::Conv2DOptionsT conv_options(fb::Padding padding, int stride,
                                fb::ActivationFunctionType activation) {
  fb::Conv2DOptionsT o;
  o.padding = padding;
  o.stride_h = o.stride_w = stride;
  o.fused_activation_function = activation;
  return o;
}

// x → add → y, both of four floats.
ModelBuilder one_sum() {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 4}));
  const int y = b.output(b.floats("y", {1, 4}));
  b.op(Op::BuiltinOperator_ADD, {x, x}, {y}, fb::AddOptionsT());
  return b;
}

// Channels-last filters and images turn channels-first once, at the graph's ends; padding is what
// SAME gives: 5 pixels by 2, in steps of 2, want one more, at the end.
TEST(Tflite, ChainsOfConvolutionsStayChannelsFirst) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 5, 5, 1}));
  const int w = b.constant("w", {1, 2, 2, 1}, {1, 2, 3, 4});
  const int bias = b.constant("b", {1}, {0.5F});
  const int y = b.floats("y", {1, 3, 3, 1});
  const int z = b.floats("z", {1, 3, 3, 1});
  const int out = b.output(b.floats("out", {1, 2, 2, 1}));
  b.op(Op::BuiltinOperator_CONV_2D, {x, w, bias}, {y},
       conv_options(fb::Padding_SAME, 2, fb::ActivationFunctionType_RELU6));
  b.op(Op::BuiltinOperator_ADD, {y, y}, {z}, fb::AddOptionsT());
  b.op(Op::BuiltinOperator_CONV_2D, {z, w, bias}, {out},
       conv_options(fb::Padding_VALID, 1, fb::ActivationFunctionType_NONE));
  expect_graph(b, R"(
graph (x: f32[1,5,5,1]) -> (out: f32[1,2,2,1]) {
  w: f32[1,2,2,1] = {1, 2, 3, 4}
  w/nchw: f32[1,1,2,2] = {1, 2, 3, 4}
  b: f32[1] = {0.5}
  y/constant: f32[] = {0}
  y/constant_0: f32[] = {6}
  x/nchw = Transpose(x) {perm=[0, 3, 1, 2]} "x/nchw"
  y/Conv = Conv(x/nchw, w/nchw, b) {kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 1, 1]} "y/Conv"
  y/nchw = Clip(y/Conv, y/constant, y/constant_0) "y/nchw"
  z/nchw = Add(y/nchw, y/nchw) "z/nchw"
  out/nchw = Conv(z/nchw, w/nchw, b) {kernel_shape=[2, 2], strides=[1, 1]} "out/nchw"
  out = Transpose(out/nchw) {perm=[0, 2, 3, 1]} "out"
}
)");
}

// Integers stand between DequantizeLinear and QuantizeLinear; filters have a scale for each output.
TEST(Tflite, QuantizedOperatorsComputeWithNumbers) {
  ModelBuilder b;
  const int x = b.input(b.quantized(b.tensor("x", fb::TensorType_INT8, {1, 3}), {0.5F}, {-1}));
  const int w = b.quantized(
      b.constant<std::int8_t>("w", fb::TensorType_INT8, {2, 3}, {1, 2, 3, 4, 5, 6}), {0.25F, 0.5F});
  const int bias = b.quantized(b.constant<std::int32_t>("b", fb::TensorType_INT32, {2}, {8, -8}),
                               {0.125F, 0.25F});
  const int y = b.output(b.quantized(b.tensor("y", fb::TensorType_INT8, {1, 2}), {2}, {3}));
  fb::FullyConnectedOptionsT o;
  o.fused_activation_function = fb::ActivationFunctionType_RELU;
  b.op(Op::BuiltinOperator_FULLY_CONNECTED, {x, w, bias}, {y}, o);
  expect_graph(b, R"(
graph (x: s8[1,3]) -> (y: s8[1,2]) {
  x/scale: f32[] = {0.5}
  x/zero_point: s8[] = {-1}
  w: s8[2,3] = {1, 2, 3, 4, 5, 6}
  w/scale: f32[2] = {0.25, 0.5}
  w/zero_point: s8[2] = {0, 0}
  b: s32[2] = {8, -8}
  b/scale: f32[2] = {0.125, 0.25}
  y/scale: f32[] = {2}
  y/zero_point: s8[] = {3}
  x/real/DequantizeLinear = DequantizeLinear(x, x/scale, x/zero_point) "x/real/DequantizeLinear"
  w/real/DequantizeLinear = DequantizeLinear(w, w/scale, w/zero_point) {axis=0} "w/real/DequantizeLinear"
  b/real/DequantizeLinear = DequantizeLinear(b, b/scale) {axis=0} "b/real/DequantizeLinear"
  y/Gemm = Gemm(x/real/DequantizeLinear, w/real/DequantizeLinear, b/real/DequantizeLinear) {transB=1} "y/Gemm"
  y/Relu = Relu(y/Gemm) "y/Relu"
  y = QuantizeLinear(y/Relu, y/scale, y/zero_point) "y"
}
)");
}

// What moves elements does not look at their meaning, unless the output's is another.
TEST(Tflite, MovementKeepsIntegersAndRequantizesWhereItMust) {
  ModelBuilder b;
  const int x = b.input(b.quantized(b.tensor("x", fb::TensorType_UINT8, {2, 3}), {0.5F}, {7}));
  const int pads = b.constant<std::int32_t>("pads", fb::TensorType_INT32, {2, 2}, {0, 1, 2, 0});
  const int y = b.output(b.quantized(b.tensor("y", fb::TensorType_UINT8, {3, 5}), {0.5F}, {7}));
  const int z = b.output(b.quantized(b.tensor("z", fb::TensorType_UINT8, {3, 5}), {0.25F}, {7}));
  b.op(Op::BuiltinOperator_PAD, {x, pads}, {y});
  b.op(Op::BuiltinOperator_PAD, {x, pads}, {z});
  expect_graph(b, R"(
graph (x: u8[2,3]) -> (y: u8[3,5], z: u8[3,5]) {
  pads: s32[2,2] = {0, 1, 2, 0}
  y/constant: u8[] = {7}
  y/constant_0: s64[4] = {0, 2, 1, 0}
  x/scale: f32[] = {0.5}
  x/zero_point: u8[] = {7}
  z/constant: f32[] = {0}
  z/constant_1: s64[4] = {0, 2, 1, 0}
  z/scale: f32[] = {0.25}
  z/zero_point: u8[] = {7}
  y = Pad(x, y/constant_0, y/constant) "y"
  x/real/DequantizeLinear = DequantizeLinear(x, x/scale, x/zero_point) "x/real/DequantizeLinear"
  z/Pad = Pad(x/real/DequantizeLinear, z/constant_1, z/constant) "z/Pad"
  z = QuantizeLinear(z/Pad, z/scale, z/zero_point) "z"
}
)");
}

TEST(Tflite, FloatsByIntegerWeightsAreRoundedToTheirRange) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 3}));
  const int w =
      b.quantized(b.constant<std::int8_t>("w", fb::TensorType_INT8, {1, 3}, {1, 2, 3}), {0.25F});
  const int y = b.output(b.floats("y", {1, 1}));
  b.op(Op::BuiltinOperator_FULLY_CONNECTED, {x, w, -1}, {y}, fb::FullyConnectedOptionsT());
  expect_graph(b, R"(
graph (x: f32[1,3]) -> (y: f32[1,1]) {
  w: s8[1,3] = {1, 2, 3}
  w/scale: f32[] = {0.25}
  w/zero_point: s8[] = {0}
  w/real/DequantizeLinear = DequantizeLinear(w, w/scale, w/zero_point) "w/real/DequantizeLinear"
  y/DynamicQuantizeLinear, y/DynamicQuantizeLinear_0, y/DynamicQuantizeLinear_1 = DynamicQuantizeLinear(x) "y/DynamicQuantizeLinear"
  y/DequantizeLinear = DequantizeLinear(y/DynamicQuantizeLinear, y/DynamicQuantizeLinear_0, y/DynamicQuantizeLinear_1) "y/DequantizeLinear"
  y = Gemm(y/DequantizeLinear, w/real/DequantizeLinear) {transB=1} "y"
}
)");
}

TEST(Tflite, StridedSlicesHaveAllTheirMasks) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {2, 3, 4, 5}));
  const int begin = b.integers("begin", {0, 1, 0, -1});
  const int end = b.integers("end", {0, 3, 0, 0});
  const int strides = b.integers("strides", {1, 1, 1, 1});
  const int y = b.output(b.floats("y", {2, 2, 1, 4}));
  fb::StridedSliceOptionsT o;  // x[:, 1:3, newaxis, ..., -1]: the ellipsis comes fourth
  o.begin_mask = 1;
  o.end_mask = 1;
  o.new_axis_mask = 4;
  o.shrink_axis_mask = 8;
  b.op(Op::BuiltinOperator_STRIDED_SLICE, {x, begin, end, strides}, {y}, o);
  expect_graph(b, R"(
graph (x: f32[2,3,4,5]) -> (y: f32[2,2,1,5]) {
  begin: s32[4] = {0, 1, 0, -1}
  end: s32[4] = {0, 3, 0, 0}
  strides: s32[4] = {1, 1, 1, 1}
  y/constant: s64[1] = {0}
  y/constant_0: s64[1] = {9223372036854775807}
  y/constant_1: s64[1] = {1}
  y/constant_2: s64[1] = {3}
  y/constant_3: s64[1] = {-1}
  y/constant_4: s64[1] = {9223372036854775807}
  y/constant_6: s64[3] = {0, 1, 2}
  y/constant_7: s64[3] = {1, 1, 1}
  y/constant_8: s64[1] = {2}
  y/constant_9: s64[1] = {2}
  y/Concat = Concat(y/constant, y/constant_1, y/constant_3) {axis=0} "y/Concat"
  y/Concat_5 = Concat(y/constant_0, y/constant_2, y/constant_4) {axis=0} "y/Concat_5"
  y/Slice = Slice(x, y/Concat, y/Concat_5, y/constant_6, y/constant_7) "y/Slice"
  y/Squeeze = Squeeze(y/Slice, y/constant_8) "y/Squeeze"
  y = Unsqueeze(y/Squeeze, y/constant_9) "y"
}
)");
}

TEST(Tflite, VariablesBecomeInputsAndOutputs) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 2}));
  const int feature = b.constant("feature", {1, 2}, {1, 2});
  const int time = b.constant("time", {1, 3}, {1, 2, 3});
  const int state = b.floats("state", {1, 3});
  b.at(state).is_variable = true;
  const int y = b.output(b.floats("y", {1, 1}));
  fb::SVDFOptionsT o;
  o.rank = 1;
  b.op(Op::BuiltinOperator_SVDF, {x, feature, time, -1, state}, {y}, o);
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  const Graph& graph = model->graph;
  ASSERT_EQ(graph.inputs.size(), 2U);
  ASSERT_EQ(graph.outputs.size(), 2U);
  const Value& kept = graph.value(graph.inputs[1]);
  EXPECT_EQ(kept.name, "state");
  EXPECT_EQ(graph.outputs[1].name, "state/next");
  ASSERT_TRUE(kept.initial);
  EXPECT_THAT(kept.initial.values<float>(), ::testing::ElementsAre(0, 0, 0));
  ASSERT_EQ(kept.notes.properties.size(), 1U);
  EXPECT_EQ(kept.notes.properties[0],
            (std::pair<std::string, std::string>{"mote.state", "state/next"}));
}

TEST(Tflite, QuantizedVariablesBeginAtTheirZeroPoint) {
  ModelBuilder b;
  const int x = b.input(b.quantized(b.tensor("x", fb::TensorType_INT8, {1, 2}), {0.5F}, {1}));
  const auto s8 = [&](std::string name, std::vector<int> shape, const std::vector<std::int8_t>& v) {
    return b.quantized(
        b.constant<std::int8_t>(std::move(name), fb::TensorType_INT8, std::move(shape), v), {0.5F});
  };
  const int feature = s8("feature", {1, 2}, {1, 2});
  const int time = s8("time", {1, 3}, {1, 2, 3});
  const int state = b.quantized(b.tensor("state", fb::TensorType_INT8, {1, 3}), {0.5F}, {-5});
  b.at(state).is_variable = true;
  const int y = b.output(b.quantized(b.tensor("y", fb::TensorType_INT8, {1, 1}), {0.5F}, {0}));
  fb::SVDFOptionsT o;
  o.rank = 1;
  b.op(Op::BuiltinOperator_SVDF, {x, feature, time, -1, state}, {y}, o);
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  const Tensor& initial = model->graph.value(model->graph.inputs[1]).initial;
  ASSERT_TRUE(initial);
  EXPECT_THAT(initial.values<std::int8_t>(), ::testing::ElementsAre(-5, -5, -5));
}

TEST(Tflite, AssignmentsBeforeTheFirstRunAreInitialValues) {
  ModelBuilder b;
  const auto handle = [&](ModelBuilder& m) {
    const int h = m.tensor("h", fb::TensorType_RESOURCE, {});
    fb::VarHandleOptionsT o;
    o.shared_name = "counter";
    m.op(Op::BuiltinOperator_VAR_HANDLE, {}, {h}, o);
    return h;
  };
  const int x = b.input(b.floats("x", {2}));
  fb::CallOnceOptionsT once;
  once.init_subgraph_index = 1;
  b.op(Op::BuiltinOperator_CALL_ONCE, {}, {}, once);
  const int h = handle(b);
  const int before = b.floats("before", {2});
  const int y = b.output(b.floats("y", {2}));
  b.op(Op::BuiltinOperator_READ_VARIABLE, {h}, {before});
  b.op(Op::BuiltinOperator_ADD, {before, x}, {y}, fb::AddOptionsT());
  b.op(Op::BuiltinOperator_ASSIGN_VARIABLE, {h, y}, {});
  b.add_subgraph();
  const int first = b.constant("first", {2}, {3, 4});
  b.op(Op::BuiltinOperator_ASSIGN_VARIABLE, {handle(b), first}, {});
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  const Value& kept = model->graph.value(model->graph.inputs[1]);
  EXPECT_EQ(kept.name, "counter");
  ASSERT_TRUE(kept.initial);
  EXPECT_THAT(kept.initial.values<float>(), ::testing::ElementsAre(3, 4));
  EXPECT_EQ(model->graph.outputs[1].value, model->graph.outputs[0].value);
}

TEST(Tflite, LoopsTestTheirConditionOnWhatTheBodyGives) {
  ModelBuilder b;
  const int x = b.input(b.tensor("x", fb::TensorType_INT32, {1}));
  const int y = b.output(b.tensor("y", fb::TensorType_INT32, {1}));
  fb::WhileOptionsT o;
  o.cond_subgraph_index = 1;
  o.body_subgraph_index = 2;
  b.op(Op::BuiltinOperator_WHILE, {x}, {y}, o);
  b.add_subgraph();
  const int c = b.input(b.tensor("c", fb::TensorType_INT32, {1}));
  const int less = b.output(b.tensor("less", fb::TensorType_BOOL, {1}));
  b.op(Op::BuiltinOperator_LESS, {c, b.integers("ten", {10})}, {less});
  b.add_subgraph();
  const int v = b.input(b.tensor("v", fb::TensorType_INT32, {1}));
  const int next = b.output(b.tensor("next", fb::TensorType_INT32, {1}));
  b.op(Op::BuiltinOperator_ADD, {v, b.integers("one", {1})}, {next}, fb::AddOptionsT());
  expect_graph(b, R"(
graph (x: s32[1]) -> (y: s32[1]) {
  ten: s32[1] = {10}
  y/constant: s64[0] = {}
  less = Less(x, ten) "less"
  y/Reshape = Reshape(less, y/constant) "y/Reshape"
  y = Loop(_, y/Reshape, x) {
    body=graph (iteration: s64[], condition: bool[], variable_0: s32[1]) -> (y/Reshape: bool[], next: s32[1]) {
      one: s32[1] = {1}
      ten: s32[1] = {10}
      y/constant: s64[0] = {}
      next = Add(variable_0, one) "next"
      less = Less(next, ten) "less"
      y/Reshape = Reshape(less, y/constant) "y/Reshape"
    }
  } "y"
}
)");
}

// -- what cannot be

TEST(Tflite, OperatorsThatAreNotOursStay) {
  ModelBuilder b = one_sum();
  b.model().operator_codes[0]->builtin_code = fb::BuiltinOperator_CUSTOM;
  b.model().operator_codes[0]->deprecated_builtin_code = fb::BuiltinOperator_CUSTOM;
  b.model().operator_codes[0]->custom_code = "FlexErf";
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  const Node& node = model->graph.node(model->graph.first_node());
  EXPECT_EQ(operator_of(node), "tflite.FlexErf");
  EXPECT_EQ(node.op, nullptr);
}

TEST(Tflite, OneReportHasEverythingInTheWay) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 4}));
  const int y = b.floats("y", {1, 4});
  const int z = b.output(b.floats("z", {1, 4}));
  b.op(Op::BuiltinOperator_SOFTMAX, {x}, {y});  // without options
  b.op(Op::BuiltinOperator_ADD, {y, -1}, {z}, fb::AddOptionsT());
  EXPECT_THAT(error_of(b).message, HasSubstr("SOFTMAX 'y': its options are missing"));
  std::vector<Obstacle> obstacles;
  TfliteReadOptions options;
  options.obstacles = &obstacles;
  auto model = read(b, options);
  ASSERT_TRUE(model) << model.error().message;
  ASSERT_EQ(obstacles.size(), 2U);
  EXPECT_EQ(obstacles[0].node, "y");
  EXPECT_EQ(obstacles[1].op, "ADD");
  EXPECT_EQ(obstacles[1].version, 0);  // of no opset
}

TEST(Tflite, RefusesIndicesThatLeadNowhere) {
  ModelBuilder tensor = one_sum();
  tensor.graph().operators[0]->inputs[1] = 7;
  EXPECT_EQ(error_of(tensor).code, Code::kCorrupt);
  ModelBuilder input = one_sum();
  input.graph().inputs[0] = -1;
  EXPECT_EQ(error_of(input).code, Code::kCorrupt);
  ModelBuilder code = one_sum();
  code.graph().operators[0]->opcode_index = 3;
  EXPECT_THAT(error_of(code).message, HasSubstr("operator code 3 of 1"));
  ModelBuilder buffer = one_sum();
  buffer.graph().operators[0]->inputs[1] = buffer.floats("c", {1, 4});
  buffer.at(2).buffer = 9;
  EXPECT_THAT(error_of(buffer).message, HasSubstr("buffer 9 of 1"));
  ModelBuilder order = one_sum();
  order.graph().operators[0]->inputs[1] = 1;
  EXPECT_THAT(error_of(order).message, HasSubstr("tensor 'y' is read before it is made"));
}

TEST(Tflite, RefusesSubgraphsThatCallThemselves) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1}));
  const int y = b.output(b.floats("y", {1}));
  b.op(Op::BuiltinOperator_CALL, {x}, {y}, fb::CallOptionsT());
  EXPECT_EQ(error_of(b).message,
            "CALL 'y' of subgraph 0: subgraphs call each other more than 32 deep");
}

// A loop's body is read several times, at more than one depth.
TEST(Tflite, TellsWhatIsWrongInASubgraphOnce) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1}));
  const int y = b.output(b.floats("y", {1}));
  fb::WhileOptionsT loop;
  loop.cond_subgraph_index = 1;
  loop.body_subgraph_index = 2;
  b.op(Op::BuiltinOperator_WHILE, {x}, {y}, loop);
  b.add_subgraph();
  const int c = b.input(b.floats("c", {1}));
  const int less = b.output(b.tensor("less", fb::TensorType_BOOL, {1}));
  b.op(Op::BuiltinOperator_LESS, {c, b.constant("ten", {1}, {10})}, {less});
  b.add_subgraph();
  fb::CallOptionsT call;
  call.subgraph = 3;
  const int u = b.input(b.floats("u", {1}));
  const int v = b.floats("v", {1});
  const int w = b.output(b.floats("w", {1}));
  b.op(Op::BuiltinOperator_CALL, {u}, {v}, call);
  b.op(Op::BuiltinOperator_CALL, {v}, {w}, call);
  b.add_subgraph();
  const int in = b.input(b.floats("in", {1}));
  const int out = b.output(b.floats("out", {1}));
  b.op(Op::BuiltinOperator_SOFTMAX, {in}, {out});  // without options
  EXPECT_EQ(error_of(b).message, "SOFTMAX 'out' of subgraph 3: its options are missing");
  std::vector<Obstacle> obstacles;
  TfliteReadOptions options;
  options.obstacles = &obstacles;
  auto model = read(b, options);
  ASSERT_TRUE(model) << model.error().message;
  ASSERT_EQ(obstacles.size(), 1U);
  EXPECT_EQ(obstacles[0].reason, "its options are missing");
}

// Each of 30 subgraphs calls the next one twice.
TEST(Tflite, RefusesCallsThatDouble) {
  ModelBuilder b;
  for (unsigned level = 0; level < 30; ++level) {
    if (level > 0) b.add_subgraph();
    const int x = b.input(b.floats("x", {1}));
    const int y = b.floats("y", {1});
    const int z = b.output(b.floats("z", {1}));
    fb::CallOptionsT next;
    next.subgraph = level + 1;
    b.op(Op::BuiltinOperator_CALL, {x}, {y}, next);
    b.op(Op::BuiltinOperator_CALL, {y}, {z}, next);
  }
  b.add_subgraph();
  const int x = b.input(b.floats("x", {1}));
  const int y = b.output(b.floats("y", {1}));
  b.op(Op::BuiltinOperator_NEG, {x}, {y});
  EXPECT_THAT(error_of(b).message, HasSubstr("calls add more than 50000 operators"));
}

TEST(Tflite, RefusesOtherVersionsAndDamagedTables) {
  ModelBuilder old = one_sum();
  old.model().version = 2;
  EXPECT_THAT(error_of(old).message, HasSubstr("schema version 2"));
  const auto whole = one_sum().bytes();
  for (std::size_t size = 8; size < whole->size(); size += 7) {
    const auto cut = std::make_shared<const Bytes>(
        whole->begin(), whole->begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(read_tflite(cut, {})) << size;
  }
}

TEST(Tflite, RefusesSizesThatOverflow) {
  ModelBuilder b = one_sum();
  b.at(0).shape = {1 << 30, 1 << 30, 1 << 30};
  EXPECT_THAT(error_of(b).message, HasSubstr("tensor 'x': shape"));
}

TEST(Tflite, RefusesInputsThatAreAbsent) {
  ModelBuilder b;
  const int y = b.output(b.floats("y", {1}));
  b.op(Op::BuiltinOperator_QUANTIZE, {-1}, {y});
  EXPECT_THAT(error_of(b).message, HasSubstr("QUANTIZE 'y': an input is absent"));
  ModelBuilder none;
  none.op(Op::BuiltinOperator_TOPK_V2, {}, {});
  EXPECT_THAT(error_of(none).message, HasSubstr("a subgraph without tensors"));
}

// A rank is s32 whatever the file says, and no element of it is read as one of 64 bits.
TEST(Tflite, RefusesResultsOfAnotherType) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {2, 3}));
  const int r = b.quantized(b.tensor("r", fb::TensorType_INT64, {}), {0.5F});
  const int y = b.output(b.floats("y", {}));
  b.op(Op::BuiltinOperator_RANK, {x}, {r});
  b.op(Op::BuiltinOperator_ADD, {r, r}, {y}, fb::AddOptionsT());
  EXPECT_THAT(error_of(b).message, HasSubstr("output 0 is s32, the file says s64"));
}

TEST(Tflite, RefusesShapesOfTooManySizes) {
  ModelBuilder b;
  const int x = b.input(b.tensor("x", fb::TensorType_INT32, {1 << 28}));
  const int y = b.output(b.tensor("y", fb::TensorType_INT32, {1 << 28}));
  b.op(Op::BuiltinOperator_BROADCAST_ARGS, {x, b.integers("s", {1})}, {y});
  EXPECT_THAT(error_of(b).message, HasSubstr("a shape of rank"));
}

// Its image is channels-first by then, with four axes to the two that are padded.
TEST(Tflite, RefusesPaddingOfAnotherRank) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 2, 2, 1}));
  const int w = b.constant("w", {1, 1, 1, 1}, {1});
  const int y = b.floats("y", {1, 2, 2, 1});
  const int z = b.output(b.floats("z", {1, 2, 2, 1}));
  b.op(Op::BuiltinOperator_CONV_2D, {x, w, -1}, {y},
       conv_options(fb::Padding_VALID, 1, fb::ActivationFunctionType_NONE));
  const int pads = b.constant<std::int32_t>("pads", fb::TensorType_INT32, {2, 2}, {0, 1, 2, 0});
  b.op(Op::BuiltinOperator_PAD, {y, pads}, {z});
  EXPECT_EQ(error_of(b).code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace mote::tfl
