// Scales that say nothing, and scales that cannot be.
#include <gmock/gmock.h>

#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

using ::testing::HasSubstr;

// x → add → y, both of four integers.
ModelBuilder sum(fb::TensorType type, std::vector<float> x_scales, std::vector<float> y_scales) {
  ModelBuilder b;
  const int x = b.input(b.quantized(b.tensor("x", type, {1, 4}), std::move(x_scales), {3}));
  const int y = b.output(b.quantized(b.tensor("y", type, {1, 4}), std::move(y_scales), {3}));
  b.op(Op::BuiltinOperator_ADD, {x, x}, {y}, fb::AddOptionsT());
  return b;
}

TEST(TfliteScale, ZeroSaysThatIntegersStandForThemselves) {
  for (const auto type : {fb::TensorType_INT8, fb::TensorType_INT32}) {
    auto model = read(sum(type, {0}, {0}));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->graph.node_count(), 1U) << to_text(model->graph);
  }
  EXPECT_THAT(error_of(sum(fb::TensorType_INT8, {0.5F}, {0})).message,
              HasSubstr("tensor 'y': s8 without a scale is to hold real numbers"));
}

// Quantizers give it to filters that are all zero.
TEST(TfliteScale, ZeroOfWeightsIsAScale) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 2}));
  const int w = b.quantized(b.constant<std::int8_t>("w", fb::TensorType_INT8, {1, 2}, {0, 0}), {0});
  const int y = b.output(b.floats("y", {1, 1}));
  b.op(Op::BuiltinOperator_FULLY_CONNECTED, {x, w, -1}, {y}, fb::FullyConnectedOptionsT());
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT(to_text(model->graph), HasSubstr("DequantizeLinear(w, w/scale, w/zero_point)"));
}

TEST(TfliteScale, OneForEachIndexOfTheAxisOrOneForAll) {
  const auto refused = [](std::vector<float> scales, std::vector<std::int64_t> zero_points) {
    ModelBuilder b = sum(fb::TensorType_INT8, {1}, {1});
    b.quantized(0, std::move(scales), std::move(zero_points), 1);
    return error_of(b).message;
  };
  EXPECT_THAT(refused({1, 2, 3}, {}), HasSubstr("tensor 'x': 3 scales along axis 1 of size 4"));
  EXPECT_THAT(refused({0, 0, 0}, {}), HasSubstr("tensor 'x': 3 scales along axis 1 of size 4"));
  EXPECT_THAT(refused({1, 1, 1, 1}, {0, 0}), HasSubstr("2 zero points for 4 scales"));
  EXPECT_THAT(refused({-1}, {}), HasSubstr("scale -1 is no positive number"));
  EXPECT_THAT(refused({1}, {200}), HasSubstr("zero point 200 of s8"));
}

}  // namespace
}  // namespace mote::tfl
