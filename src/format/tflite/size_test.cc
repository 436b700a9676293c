// Small files that could make much of little.
#include <gmock/gmock.h>

#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

using ::testing::HasSubstr;

// 4 million scales, each read once, would take 48 MB: what the tensors share is counted for each.
TEST(TfliteSize, ScalesThatTensorsShareAreCountedForEach) {
  ModelBuilder b;
  const std::vector<float> scales(1000, 0.5F);
  b.output(b.input(b.quantized(b.tensor("x", fb::TensorType_INT8, {1000}), scales)));
  for (int i = 0; i < 4000; ++i) {
    b.quantized(b.tensor("c", fb::TensorType_INT8, {1000}), scales);
  }
  TfliteReadOptions options;
  options.max_bytes = 40 << 20;
  EXPECT_THAT(error_of(b, options).message, HasSubstr("reading takes more than"));
}

// By pairs it would be 1.6 billion comparisons.
TEST(TfliteSize, OneTensorMayBeEveryInputAndOutput) {
  constexpr int kCount = 40'000;
  const auto concatenation = [](float last_scale) {
    ModelBuilder b;
    const auto s8 = [&](std::string name, int size, float scale) {
      return b.quantized(b.tensor(std::move(name), fb::TensorType_INT8, {size}), {scale});
    };
    const int x = b.input(s8("x", 1, 0.5F));
    const int last = b.input(s8("last", 1, last_scale));
    const int y = b.output(s8("y", kCount + 1, 0.5F));
    std::vector<int> parts(kCount, x);
    parts.push_back(last);
    b.op(Op::BuiltinOperator_CONCATENATION, parts, std::vector<int>(kCount, y),
         fb::ConcatenationOptionsT());
    auto model = read(b);
    EXPECT_TRUE(model) << model.error().message;
    return model ? model->graph.node_count() : 0;
  };
  EXPECT_EQ(concatenation(0.5F), 1U);   // integers are joined
  EXPECT_EQ(concatenation(0.25F), 4U);  // numbers are
}

}  // namespace
}  // namespace mote::tfl
