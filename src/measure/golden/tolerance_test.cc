#include "measure/golden/tolerance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ir/half.h"

namespace mote {
namespace {

using testing::HasSubstr;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Tensor floats(std::initializer_list<float> values) {
  return Tensor::of<float>({static_cast<std::int64_t>(values.size())}, values);
}

TEST(Compare, GrantsTheRelativeBoundOfTheExpectedValueNotOfTheActualOne) {
  const Tolerance tenth{.rtol = 0.1, .atol = 0};
  EXPECT_FALSE(compare(floats({90.5F}), floats({100}), tenth));
  EXPECT_TRUE(compare(floats({100}), floats({90.5F}), tenth));  // 9.5 > 9.05
}

TEST(Compare, GrantsTheAbsoluteBoundNearZero) {
  EXPECT_FALSE(compare(floats({5e-8F}), floats({0})));
  EXPECT_TRUE(compare(floats({2e-7F}), floats({0})));
}

TEST(Compare, TakesNanForNanAndInfinityForTheSameInfinityOnly) {
  EXPECT_FALSE(compare(floats({kNan, kInf, -kInf}), floats({kNan, kInf, -kInf})));
  EXPECT_TRUE(compare(floats({kInf}), floats({-kInf})));
  EXPECT_TRUE(compare(floats({kNan}), floats({1})));
  EXPECT_TRUE(compare(floats({1}), floats({kNan})));
  EXPECT_TRUE(compare(floats({1}), floats({kInf})));
}

TEST(Compare, GrantsBF16TwoOfItsSteps) {
  const auto bf16 = [](float value) {
    Tensor t = *Tensor::zeros(DType::kBF16, {1});
    *static_cast<std::uint16_t*>(t.mut().data) = f32_to_bf16(value);
    return t;
  };
  EXPECT_FALSE(compare(bf16(1.015625F), bf16(1)));
  EXPECT_TRUE(compare(bf16(1.0234375F), bf16(1)));
}

TEST(Compare, NamesTheWorstElementAndHowManyAreOutside) {
  const Tensor expected = Tensor::of<float>({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor actual = Tensor::of<float>({2, 3}, {1, 2.5F, 3, 4, 7, 6});
  const auto mismatch = compare(actual, expected);
  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->wrong, 2);
  EXPECT_EQ(mismatch->worst, Dims({1, 1}));
  EXPECT_EQ(mismatch->worst_difference, 2.0);
  EXPECT_THAT(mismatch->message, HasSubstr("7 at [1,1], expected 5 (2 of 6 elements"));
}

TEST(Compare, RefusesAnotherTypeOrOtherSizes) {
  const Tensor ints = Tensor::of<std::int32_t>({1}, {1});
  EXPECT_EQ(compare(ints, floats({1}))->message, "is s32[1], expected f32[1]");
  EXPECT_EQ(compare(floats({1}).reshaped({1, 1}), floats({1}))->message,
            "is f32[1,1], expected f32[1]");
}

TEST(Compare, TakesIntegersExactlyEvenWhereDoublesCannotTellThemApart) {
  const std::int64_t big = std::int64_t{1} << 60;
  const Tensor a = Tensor::of<std::int64_t>({1}, {big});
  const Tensor b = Tensor::of<std::int64_t>({1}, {big + 1});
  EXPECT_FALSE(compare(a, a));
  const auto mismatch = compare(b, a, {.rtol = 1, .atol = 1});
  ASSERT_TRUE(mismatch);
  EXPECT_THAT(mismatch->message,
              HasSubstr("1152921504606846977 at [0], expected 1152921504606846976"));
}

TEST(Compare, ReadsHalvesAsFloats) {
  const auto halves = [](float v) {
    Tensor t = *Tensor::zeros(DType::kF16, {1});
    *t.mut().as<std::uint16_t>() = f32_to_f16(v);
    return t;
  };
  EXPECT_FALSE(compare(halves(1.0F), halves(1.0009766F)));  // one step
  EXPECT_TRUE(compare(halves(1.0F), halves(1.002F)));
}

TEST(Compare, ReadsPackedElementsOneByOne) {
  Tensor a = *Tensor::zeros(DType::kS4, {3});
  Tensor b = *Tensor::zeros(DType::kS4, {3});
  store_packed(DType::kS4, a.mut().data, 1, -3);
  store_packed(DType::kS4, b.mut().data, 1, 4);
  const auto mismatch = compare(a, b);
  ASSERT_TRUE(mismatch);
  EXPECT_THAT(mismatch->message, HasSubstr("-3 at [1], expected 4 (1 of 3 elements differ)"));
}

TEST(Compare, ComparesBothPartsOfComplexNumbers) {
  const auto complex = [](float re, float im) {
    Tensor t = *Tensor::zeros(DType::kC64, {1});
    t.mut().as<float>()[0] = re;
    t.mut().as<float>()[1] = im;
    return t;
  };
  EXPECT_FALSE(compare(complex(1, 2), complex(1, 2)));
  EXPECT_THAT(compare(complex(1, 2), complex(1, -2))->message,
              HasSubstr("1+2i at [0], expected 1-2i"));
}

TEST(Compare, TakesTextsExactly) {
  const Tensor a = Tensor::of<std::string>({2}, {"x", "y"});
  const Tensor b = Tensor::of<std::string>({2}, {"x", "z"});
  EXPECT_FALSE(compare(a, a));
  EXPECT_THAT(compare(a, b)->message, HasSubstr("'y' at [1], expected 'z'"));
}

TEST(Compare, AgreesOnEmptyTensors) {
  EXPECT_FALSE(compare(*Tensor::zeros(DType::kF32, {0, 3}), *Tensor::zeros(DType::kF32, {0, 3})));
}

}  // namespace
}  // namespace mote
