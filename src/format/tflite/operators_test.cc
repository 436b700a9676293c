// Operators as nodes.
#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

// Channels-last filters and images turn channels-first once, at the graph's ends; padding is what
// SAME gives: 5 pixels by 2, in steps of 2, want one more, at the end.
TEST(TfliteOperators, ChainsOfConvolutionsStayChannelsFirst) {
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
TEST(TfliteOperators, QuantizedOperatorsComputeWithNumbers) {
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
TEST(TfliteOperators, MovementKeepsIntegersAndRequantizesWhereItMust) {
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

TEST(TfliteOperators, FloatsByIntegerWeightsAreRoundedToTheirRange) {
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

TEST(TfliteOperators, StridedSlicesHaveAllTheirMasks) {
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

}  // namespace
}  // namespace mote::tfl
