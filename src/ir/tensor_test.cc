#include "mote/tensor.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

TEST(Tensor, ByteSizeCountsPackedElements) {
  EXPECT_EQ(*byte_size(DType::kF32, {2, 3}), 24U);
  EXPECT_EQ(*byte_size(DType::kS4, {3}), 2U);
  EXPECT_EQ(*byte_size(DType::kU2, {5}), 2U);
  EXPECT_EQ(*byte_size(DType::kF64, {}), 8U);
  EXPECT_EQ(*byte_size(DType::kF32, {0, 5}), 0U);
}

TEST(Tensor, ByteSizeRefusesOverflowEvenBesideZero) {
  const std::int64_t big = std::int64_t{1} << 40;
  EXPECT_FALSE(byte_size(DType::kF32, {big, big}));
  EXPECT_FALSE(byte_size(DType::kF32, {big, big, 0}));
  // Nobody walks so many rows of nothing.
  EXPECT_FALSE(byte_size(DType::kF32, {std::int64_t{1} << 56, 5, 0}));
  EXPECT_EQ(*byte_size(DType::kF32, {1 << 20, 0, 1 << 10}), 0U);
  EXPECT_FALSE(byte_size(DType::kF32, {-1}));
  EXPECT_FALSE(byte_size(DType::kUndefined, {1}));
}

TEST(Tensor, ZerosAreAlignedAndZero) {
  const Tensor t = *Tensor::zeros(DType::kF32, {5});
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(t.data()) % 64, 0U);
  for (const float v : t.values<float>()) EXPECT_EQ(v, 0.0F);
  EXPECT_EQ(Tensor::zeros(DType::kU8, {std::int64_t{1} << 59}).error().code,
            Code::kResourceExhausted);
}

TEST(Tensor, CopiesShareBytes) {
  const Tensor a = Tensor::of<std::int64_t>({2}, {7, 8});
  const Tensor b = a.reshaped({2, 1});
  EXPECT_EQ(a.data(), b.data());
  EXPECT_EQ(b.dims(), (Dims{2, 1}));
}

TEST(Tensor, EqualComparesTypeShapeAndElements) {
  const Tensor a = Tensor::of<float>({2}, {1, 2});
  EXPECT_TRUE(equal(a, Tensor::of<float>({2}, {1, 2})));
  EXPECT_FALSE(equal(a, Tensor::of<float>({2}, {1, 3})));
  EXPECT_FALSE(equal(a, Tensor::of<float>({1, 2}, {1, 2})));
  const std::vector<std::string> words = {"a", "b"};
  EXPECT_TRUE(equal(Tensor::of<std::string>({2}, words), Tensor::of<std::string>({2}, words)));
  EXPECT_TRUE(equal(Tensor(), Tensor()));
}

TEST(DType, NamesReadBack) {
  for (int i = 1; i <= 26; ++i) {
    const auto d = static_cast<DType>(i);
    EXPECT_EQ(dtype_named(name(d)), d);
  }
  EXPECT_EQ(dtype_named("f31"), DType::kUndefined);
}

}  // namespace
}  // namespace mote
