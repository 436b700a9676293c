#include "ir/type.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

const Dim kBatch = Dim::symbol("batch");

TEST(Type, PrintsWhatIsKnown) {
  EXPECT_EQ(to_string(TensorType(DType::kF32, Shape{kBatch, 3, Dim()})), "f32[batch,3,?]");
  EXPECT_EQ(to_string(TensorType(DType::kS64, Shape{})), "s64[]");
  EXPECT_EQ(to_string(TensorType(DType::kBool, std::nullopt)), "bool[...]");
  EXPECT_EQ(to_string(TensorType()), "?");
  const Type t = TensorType(DType::kF32, std::nullopt);
  EXPECT_EQ(to_string(Type::of(Type::Kind::kSequence, t)), "seq(f32[...])");
}

TEST(Type, MergeTakesTheMoreExact) {
  const TensorType a(DType::kF32, Shape{kBatch, Dim(), 4});
  const TensorType b(DType::kUndefined, Shape{2, 3, Dim()});
  EXPECT_EQ(to_string(*merge(a, b)), "f32[2,3,4]");
  EXPECT_EQ(to_string(*merge(a, TensorType())), "f32[batch,?,4]");
  EXPECT_EQ(to_string(*merge(TensorType(), a)), "f32[batch,?,4]");
}

TEST(Type, MergeRefusesContradictions) {
  const TensorType a(DType::kF32, Shape{2});
  EXPECT_FALSE(merge(a, TensorType(DType::kF32, Shape{3})));
  EXPECT_FALSE(merge(a, TensorType(DType::kF32, Shape{2, 1})));
  EXPECT_FALSE(merge(a, TensorType(DType::kS8, Shape{2})));
  EXPECT_FALSE(merge(Type(a), Type::of(Type::Kind::kSequence, Type(a))));
}

TEST(Type, JoinKeepsWhatBothSay) {
  const Type a = TensorType(DType::kF32, Shape{2, 3, kBatch});
  const Type b = TensorType(DType::kF32, Shape{2, 4, kBatch});
  EXPECT_EQ(to_string(*join(a, b)), "f32[2,?,batch]");
  EXPECT_EQ(to_string(*join(a, Type(TensorType(DType::kF32, Shape{2})))), "f32[...]");
  EXPECT_FALSE(join(a, Type(TensorType(DType::kS8, Shape{2}))));
}

TEST(Type, SameMeansCertainlyEqual) {
  EXPECT_TRUE(kBatch.same(Dim::symbol("batch")));
  EXPECT_FALSE(Dim().same(Dim()));
  EXPECT_FALSE(kBatch.same(Dim(3)));
}

}  // namespace
}  // namespace mote
