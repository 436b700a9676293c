// Small files that could make much of little.
#include <gmock/gmock.h>

#include "format/tflite/testing_reads.h"
#include "ir/dtype.h"

namespace mote::tfl {
namespace {

using ::testing::HasSubstr;

// x, then three times a subgraph that tiles it twice, and joins a text.
ModelBuilder calls() {
  ModelBuilder b;
  int x = b.input(b.tensor("x", fb::TensorType_STRING, {1}));
  fb::CallOptionsT o;
  o.subgraph = 1;
  for (int i = 0; i < 3; ++i) {
    const int y = b.tensor("y", fb::TensorType_STRING, {1});
    b.op(Op::BuiltinOperator_CALL, {x}, {y}, o);
    x = y;
  }
  b.output(x);
  b.add_subgraph();
  const int in = b.input(b.tensor("in", fb::TensorType_STRING, {1}));
  const int multiples = b.integers("multiples", {1});
  const std::uint32_t hi[] = {1, 12, 14, 'h' | 'i' << 8};
  const int text = b.tensor("text", fb::TensorType_STRING, {1});
  b.fill(text, hi, 14);
  const int tiled = b.tensor("tiled", fb::TensorType_STRING, {1});
  const int twice = b.tensor("twice", fb::TensorType_STRING, {1});
  const int out = b.output(b.tensor("out", fb::TensorType_STRING, {2}));
  b.op(Op::BuiltinOperator_TILE, {in, multiples}, {tiled});
  b.op(Op::BuiltinOperator_TILE, {tiled, multiples}, {twice});
  b.op(Op::BuiltinOperator_CONCATENATION, {twice, text}, {out}, fb::ConcatenationOptionsT());
  return b;
}

TEST(TfliteSize, CallsShareWhatTheyReadAndMakeOfConstants) {
  const auto model = read(calls());
  ASSERT_TRUE(model) << model.error().message;
  for (const DType dtype : {DType::kS64, DType::kString}) {
    std::vector<const void*> bytes;
    for (std::size_t i = 0; i < model->graph.value_count(); ++i) {
      const Tensor& t = model->graph.value(static_cast<ValueId>(i)).constant;
      if (t && t.dtype() == dtype) bytes.push_back(t.view().data);
    }
    ASSERT_EQ(bytes.size(), 3U) << name(dtype);  // one for each call
    EXPECT_EQ(bytes[0], bytes[1]);
    EXPECT_EQ(bytes[0], bytes[2]);
  }
}

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

// A few bytes of the file say how many elements a box has, and each becomes an index.
TEST(TfliteSize, ElementsOfBoxesAreCounted) {
  constexpr int kSize = 1 << 20;
  ModelBuilder b;
  const int x = b.input(b.floats("x", {kSize}));
  const int first = b.input(b.tensor("first", fb::TensorType_INT32, {1}));
  const int y = b.output(b.floats("y", {kSize / 2}));
  fb::StablehloGatherOptionsT o;
  o.offset_dims = {0};
  o.start_index_map = {0};
  o.slice_sizes = {kSize / 2};
  b.add_op(Op::BuiltinOperator_STABLEHLO_GATHER, {x, first}, {y}).builtin_options_2.Set(o);
  ASSERT_TRUE(read(b));
  TfliteReadOptions options;
  options.max_bytes = 1 << 20;
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
