// Constants in every way in which the format has them.
#include <gmock/gmock.h>

#include <cstring>

#include "format/tflite/read/constant_reader.h"
#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

Result<Tensor> constant_of(const ModelBuilder& b, int tensor = 0) {
  MOTE_ASSIGN(const File file, File::open(b.bytes()));
  const fb::SubGraph& graph = *file.model().subgraphs()->Get(0);
  MOTE_ASSIGN(const TensorDef def,
              read_tensor_def(graph.tensors()->Get(static_cast<std::uint32_t>(tensor))));
  Budget budget(1 << 20);
  MOTE_ASSIGN(std::optional<Tensor> constant, read_constant(file, def, budget));
  if (!constant) return Error{Code::kNotFound, "no constant"};
  return *std::move(constant);
}

template <class T>
std::vector<T> values_of(const ModelBuilder& b) {
  const auto tensor = constant_of(b);
  EXPECT_TRUE(tensor) << tensor.error().message;
  if (!tensor) return {};
  const auto values = tensor->template values<T>();
  return {values.begin(), values.end()};
}

std::string error_of_constant(const ModelBuilder& b) {
  const auto tensor = constant_of(b);
  EXPECT_FALSE(tensor);
  return tensor ? std::string() : tensor.error().message;
}

TEST(TfliteConstants, TextsLieBehindTheirBegins) {
  ModelBuilder b;
  std::string bytes;
  const auto put = [&](std::uint32_t v) {
    bytes.append(reinterpret_cast<const char*>(&v), sizeof v);
  };
  for (const std::uint32_t v : {2U, 16U, 18U, 21U}) put(v);
  bytes += "hifoo";
  b.tensor("t", fb::TensorType_STRING, {2});
  b.fill(0, bytes.data(), bytes.size());
  EXPECT_THAT(values_of<std::string>(b), ElementsAre("hi", "foo"));
  b.fill(0, bytes.data(), bytes.size() - 1);
  EXPECT_THAT(error_of_constant(b), HasSubstr("text 1 ends at byte 21 of 20"));
  b.at(0).shape = {3};
  EXPECT_THAT(error_of_constant(b), HasSubstr("2 texts for a tensor of [3]"));
}

TEST(TfliteConstants, SizesMustBeThoseOfTheBytes) {
  ModelBuilder b;
  b.constant("c", {2}, {1, 2});
  EXPECT_THAT(values_of<float>(b), ElementsAre(1, 2));
  b.at(0).shape = {3};
  EXPECT_THAT(error_of_constant(b), HasSubstr("tensor 'c': f32[3] takes 12 bytes, has 8"));
  b.at(0).shape = {1 << 30, 1 << 30, 1 << 30};
  EXPECT_THAT(error_of_constant(b), HasSubstr("more elements than memory can hold"));
}

TEST(TfliteConstants, BytesMayLieBehindTheFlatbuffer) {
  ModelBuilder b;
  b.constant("c", {2}, {0, 0});
  b.model().buffers[1]->data.clear();
  b.model().buffers[1]->offset = 1 << 20;
  b.model().buffers[1]->size = 8;
  EXPECT_THAT(error_of_constant(b), HasSubstr("8 bytes are said to be here"));
  // Its size does not depend on the offset.
  const std::size_t end = b.bytes()->size();
  b.model().buffers[1]->offset = end;
  auto bytes = std::make_shared<Bytes>(*b.bytes());
  const float values[] = {3, 4};
  const auto* first = reinterpret_cast<const std::byte*>(values);
  bytes->insert(bytes->end(), first, first + sizeof values);
  const auto file = File::open(bytes);
  ASSERT_TRUE(file) << file.error().message;
  const auto found = file->buffer(1);
  ASSERT_TRUE(found) << found.error().message;
  float back[2] = {};
  ASSERT_EQ(found->size(), sizeof back);
  std::memcpy(back, found->data(), sizeof back);
  EXPECT_THAT(back, ElementsAre(3, 4));
}

// -- sparse ones

std::unique_ptr<fb::DimensionMetadataT> dense(int size) {
  auto d = std::make_unique<fb::DimensionMetadataT>();
  d->dense_size = size;
  return d;
}

std::unique_ptr<fb::DimensionMetadataT> compressed(std::vector<int> segments,
                                                   std::vector<int> indices) {
  auto d = std::make_unique<fb::DimensionMetadataT>();
  d->format = fb::DimensionType_SPARSE_CSR;
  fb::Int32VectorT s, i;
  s.values = std::move(segments);
  i.values = std::move(indices);
  d->array_segments.Set(std::move(s));
  d->array_indices.Set(std::move(i));
  return d;
}

ModelBuilder sparse(std::vector<int> shape, const std::vector<std::int8_t>& values,
                    std::vector<int> order, std::vector<int> blocks,
                    std::vector<std::unique_ptr<fb::DimensionMetadataT>> levels) {
  ModelBuilder b;
  b.constant<std::int8_t>("s", fb::TensorType_INT8, std::move(shape), values);
  auto sparsity = std::make_unique<fb::SparsityParametersT>();
  sparsity->traversal_order = std::move(order);
  sparsity->block_map = std::move(blocks);
  sparsity->dim_metadata = std::move(levels);
  b.at(0).sparsity = std::move(sparsity);
  return b;
}

template <class... D>
std::vector<std::unique_ptr<fb::DimensionMetadataT>> levels_of(D... levels) {
  std::vector<std::unique_ptr<fb::DimensionMetadataT>> all;
  (all.push_back(std::move(levels)), ...);
  return all;
}

TEST(TfliteConstants, CompressedRowsBecomeDense) {
  const ModelBuilder b = sparse({3, 4}, {1, 2, 3}, {0, 1}, {},
                                levels_of(dense(3), compressed({0, 1, 1, 3}, {2, 0, 3})));
  EXPECT_THAT(values_of<std::int8_t>(b), ElementsAreArray({0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 3}));
}

TEST(TfliteConstants, ColumnsMayBeTraversedFirst) {
  const ModelBuilder b = sparse({2, 3}, {1, 2, 3}, {1, 0}, {},
                                levels_of(dense(3), compressed({0, 1, 1, 3}, {1, 0, 1})));
  EXPECT_THAT(values_of<std::int8_t>(b), ElementsAreArray({0, 0, 2, 1, 0, 3}));
}

// Blocks of 2x2: the first block row has the second block, the second has the first.
TEST(TfliteConstants, BlocksOfBothAxesAreDense) {
  const ModelBuilder b =
      sparse({4, 4}, {1, 2, 3, 4, 5, 6, 7, 8}, {0, 1, 2, 3}, {0, 1},
             levels_of(dense(2), compressed({0, 1, 2}, {1, 0}), dense(2), dense(2)));
  EXPECT_THAT(values_of<std::int8_t>(b),
              ElementsAreArray({0, 0, 1, 2, 0, 0, 3, 4, 5, 6, 0, 0, 7, 8, 0, 0}));
}

TEST(TfliteConstants, RefusesSparsityThatCannotBe) {
  const auto refused = [](const std::vector<std::int8_t>& values, std::vector<int> order,
                          std::unique_ptr<fb::DimensionMetadataT> second) {
    return error_of_constant(
        sparse({3, 4}, values, std::move(order), {}, levels_of(dense(3), std::move(second))));
  };
  EXPECT_THAT(refused({1}, {0, 1}, compressed({0, 1, 1, 3}, {2, 0, 3})),
              HasSubstr("1 elements are too few"));
  EXPECT_THAT(refused({1, 2, 3}, {0, 1}, compressed({0, 1, 1, 3}, {2, 0, 4})),
              HasSubstr("index 4 of 4"));
  EXPECT_THAT(refused({1, 2, 3}, {0, 1}, compressed({0, 2, 1, 3}, {2, 0, 3})),
              HasSubstr("segment 1 after 2"));
  EXPECT_THAT(refused({1, 2, 3}, {0, 1}, compressed({0, 1}, {2, 0, 3})),
              HasSubstr("too few segments"));
  EXPECT_THAT(refused({1, 2, 3}, {0, 0}, compressed({0, 1, 1, 3}, {2, 0, 3})),
              HasSubstr("traverses axis 0"));
  EXPECT_THAT(refused({1, 2, 3}, {0, 1}, dense(5)), HasSubstr("an axis of 5"));
}

}  // namespace
}  // namespace mote::tfl
