// What cannot be read.
#include <gmock/gmock.h>

#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

using ::testing::HasSubstr;

TEST(TfliteRefusal, OperatorsThatAreNotOursStay) {
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

TEST(TfliteRefusal, OneReportHasEverythingInTheWay) {
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

TEST(TfliteRefusal, RefusesIndicesThatLeadNowhere) {
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

TEST(TfliteRefusal, RefusesOtherVersionsAndDamagedTables) {
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

TEST(TfliteRefusal, RefusesSizesThatOverflow) {
  ModelBuilder b = one_sum();
  b.at(0).shape = {1 << 30, 1 << 30, 1 << 30};
  EXPECT_THAT(error_of(b).message, HasSubstr("tensor 'x': shape"));
}

TEST(TfliteRefusal, RefusesInputsThatAreAbsent) {
  ModelBuilder b;
  const int y = b.output(b.floats("y", {1}));
  b.op(Op::BuiltinOperator_QUANTIZE, {-1}, {y});
  EXPECT_THAT(error_of(b).message, HasSubstr("QUANTIZE 'y': an input is absent"));
  ModelBuilder none;
  none.op(Op::BuiltinOperator_TOPK_V2, {}, {});
  EXPECT_THAT(error_of(none).message, HasSubstr("a subgraph without tensors"));
}

// A rank is s32 whatever the file says, and no element of it is read as one of 64 bits.
TEST(TfliteRefusal, RefusesResultsOfAnotherType) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {2, 3}));
  const int r = b.quantized(b.tensor("r", fb::TensorType_INT64, {}), {0.5F});
  const int y = b.output(b.floats("y", {}));
  b.op(Op::BuiltinOperator_RANK, {x}, {r});
  b.op(Op::BuiltinOperator_ADD, {r, r}, {y}, fb::AddOptionsT());
  EXPECT_THAT(error_of(b).message, HasSubstr("output 0 is s32, the file says s64"));
}

TEST(TfliteRefusal, RefusesShapesOfTooManySizes) {
  ModelBuilder b;
  const int x = b.input(b.tensor("x", fb::TensorType_INT32, {1 << 28}));
  const int y = b.output(b.tensor("y", fb::TensorType_INT32, {1 << 28}));
  b.op(Op::BuiltinOperator_BROADCAST_ARGS, {x, b.integers("s", {1})}, {y});
  EXPECT_THAT(error_of(b).message, HasSubstr("a shape of rank"));
}

// Its image is channels-first by then, with four axes to the two that are padded.
TEST(TfliteRefusal, RefusesPaddingOfAnotherRank) {
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
