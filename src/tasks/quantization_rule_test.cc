#include "tasks/quantization_rule.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tasks/raw_rule.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const QuantizationRule kHalves{0.5F, 83};

template <class T>
std::vector<T> integers(std::vector<float> values, DType dtype,
                        const std::optional<QuantizationRule>& rule) {
  const auto tensor = quantized(values, {std::ssize(values)}, dtype, rule);
  EXPECT_TRUE(tensor) << tensor.error().message;
  if (!tensor) return {};
  const auto all = tensor->values<T>();
  return {all.begin(), all.end()};
}

TEST(Quantized, RoundsHalfToEvenBeforeTheZeroPointAndSaturates) {
  // 0.25 / 0.5 is half: 0, and not what half of 83.5 would be.
  EXPECT_THAT(integers<std::int8_t>({0.25F, 0.75F, -0.25F, 0.3F}, DType::kS8, kHalves),
              ElementsAre(83, 85, 83, 84));
  EXPECT_THAT(integers<std::int8_t>({100, -1000, NAN}, DType::kS8, kHalves),
              ElementsAre(127, -128, 83));
  EXPECT_THAT(integers<std::uint8_t>({-50, 100}, DType::kU8, kHalves), ElementsAre(0, 255));
  EXPECT_THAT(integers<float>({0.3F}, DType::kF32, kHalves), ElementsAre(0.3F));
  EXPECT_FALSE(quantized(std::vector<float>(1), {1}, DType::kS64, kHalves));
  const auto unknown = quantized(std::vector<float>(1), {1}, DType::kS8, std::nullopt);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("nothing says which s8 numbers become"));
}

TEST(Dequantized, TakesTheZeroPointAway) {
  const auto numbers = dequantized(Tensor::of<std::int8_t>({3}, {83, -128, 127}), kHalves);
  ASSERT_TRUE(numbers);
  EXPECT_THAT(*numbers, ElementsAre(0, -105.5F, 22));
  // Floats are numbers already.
  EXPECT_THAT(*dequantized(Tensor::of<float>({1}, {9}), kHalves), ElementsAre(9));
}

std::string error_of(std::string_view text) {
  const auto rule = parse_raw(text);
  return rule ? "" : rule.error().message;
}

TEST(ParseRaw, ReadsTypeScaleAndZeroPoint) {
  const auto rule = parse_raw("s8, 0.5,-3");
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->dtype, RawType::kS8);
  EXPECT_EQ(rule->numbers, (QuantizationRule{0.5F, -3}));
  EXPECT_EQ(parse_raw("u8")->numbers, std::nullopt);
  for (const char* text : {"s4", "s8,", "s8,0", "s8,-1", "s8,nan", "s8,1,2.5", "s8,1,2,3", ""}) {
    EXPECT_THAT(error_of(text), HasSubstr("types are: s8, u8, s16, f32")) << text;
  }
}

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int v : values) bytes.push_back(static_cast<std::byte>(v));
  return bytes;
}

TEST(RawTensor, IsTheInputsTypeOrBecomesNumbers) {
  const auto bytes = bytes_of({83, 85, 0xff});
  const auto same = raw_tensor(bytes, std::nullopt, {1, 3}, DType::kS8, kHalves);
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_THAT(same->values<std::int8_t>(), ElementsAre(83, 85, -1));
  const RawRule numbers{RawType::kS8, kHalves};
  const auto real = raw_tensor(bytes, numbers, {1, 3}, DType::kF32, std::nullopt);
  EXPECT_THAT(real->values<float>(), ElementsAre(0, 1, -42));
  // The same numbers by another scale, and integers that no scale changes.
  const auto other = raw_tensor(bytes, numbers, {1, 3}, DType::kS8, QuantizationRule{1.0F, 10});
  EXPECT_THAT(other->values<std::int8_t>(), ElementsAre(10, 11, -32));
  const RawRule bare{RawType::kS8, std::nullopt};
  EXPECT_THAT(raw_tensor(bytes, bare, {1, 3}, DType::kS8, kHalves)->values<std::int8_t>(),
              ElementsAre(83, 85, -1));
  EXPECT_THAT(raw_tensor(bytes, bare, {1, 3}, DType::kF32, {})->values<float>(),
              ElementsAre(83, 85, -1));
}

TEST(RawTensor, SaysHowManyBytesThereMustBe) {
  const auto bytes = bytes_of({1, 2, 3});
  const auto short_of = raw_tensor(bytes, std::nullopt, {1, 3}, DType::kF32, {});
  ASSERT_FALSE(short_of);
  EXPECT_THAT(short_of.error().message,
              HasSubstr("it has 3 bytes; f32[1,3] has 12; say what else it holds by raw"));
  EXPECT_FALSE(raw_tensor(bytes, RawRule{RawType::kS16, {}}, {1, 3}, DType::kF32, {}));
}

}  // namespace
}  // namespace mote
