#include "measure/golden/class_vectors.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

TEST(ClassVectors, PixelsTakeTheModelsTypeAndSizes) {
  const TensorInfo input{"x", DType::kF32, true, {{1, ""}, {2, ""}, {2, ""}}};
  const Tensor fitted = *fit_to_input(Tensor::of<std::int32_t>({1, 4}, {0, 1, 2, 255}), input);
  EXPECT_TRUE(equal(fitted, Tensor::of<float>({1, 2, 2}, {0, 1, 2, 255})));
}

TEST(ClassVectors, WhatDoesNotFitStaysAsItIs) {
  const TensorInfo open{"x", DType::kF32, true, {{-1, "n"}}};
  const TensorInfo other{"x", DType::kF32, true, {{5, ""}}};
  const Tensor t = Tensor::of<std::int32_t>({4}, {0, 1, 2, 3});
  EXPECT_TRUE(equal(*fit_to_input(t, open), t));
  EXPECT_TRUE(equal(*fit_to_input(t, other), t));
}

TEST(ClassVectors, OneHotIsOneOneAmongZeros) {
  EXPECT_TRUE(is_one_hot(Tensor::of<std::int32_t>({1, 3}, {0, 1, 0})));
  EXPECT_FALSE(is_one_hot(Tensor::of<std::int32_t>({1, 3}, {0, 1, 1})));
  EXPECT_FALSE(is_one_hot(Tensor::of<std::int32_t>({1, 3}, {0, 2, 0})));
  EXPECT_FALSE(is_one_hot(Tensor::of<std::int32_t>({1, 3}, {0, 0, 0})));
  EXPECT_FALSE(is_one_hot(Tensor::of<float>({1, 3}, {0, 1, 0})));
}

TEST(ClassVectors, TheLargestScoreMustBeTheRightOne) {
  const Tensor right = Tensor::of<std::int32_t>({1, 3}, {0, 1, 0});
  EXPECT_FALSE(compare_class(Tensor::of<float>({1, 3}, {-5, 2, 1}), right));
  EXPECT_EQ(*compare_class(Tensor::of<float>({1, 3}, {3, 2, 1}), right), "class 0, expected 1");
  EXPECT_TRUE(compare_class(Tensor::of<float>({1, 2}, {3, 2}), right));
}

}  // namespace
}  // namespace mote
