#include "measure/parity/real_numbers.h"

#include <gmock/gmock.h>

#include "measure/parity/layout.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Le;

TEST(AsDtype, QuantizesToTheNearestAndCutsOff) {
  const RealTensor x{Tensor::of<float>({5}, {0.0F, 0.75F, 0.25F, 1000.0F, -1000.0F}), {}};
  const auto q = as_dtype(x, DType::kS8, LinearScale{0.5, 3});
  ASSERT_TRUE(q) << q.error().message;
  EXPECT_THAT(q->values<std::int8_t>(), ElementsAre(3, 5, 3, 127, -128));  // halves go to even
}

TEST(AsDtype, GoesFromOneScaleToAnother) {
  const RealTensor x{Tensor::of<std::uint8_t>({3}, {128, 130, 255}), LinearScale{0.5, 128}};
  const auto q = as_dtype(x, DType::kS8, LinearScale{0.25, -1});
  ASSERT_TRUE(q);
  EXPECT_THAT(q->values<std::int8_t>(), ElementsAre(-1, 3, 127));
  const auto real = as_dtype(x, DType::kF32, std::nullopt);
  ASSERT_TRUE(real);
  EXPECT_THAT(real->values<float>(), ElementsAre(0, 1, 63.5F));
}

TEST(AsDtype, MakesIntegersOfRealsOnlyByAScale) {
  const RealTensor x{Tensor::of<float>({1}, {1.0F}), {}};
  const auto refused = as_dtype(x, DType::kU8, std::nullopt);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("f32 becomes u8"));
  const RealTensor pixels{Tensor::of<std::uint8_t>({1}, {200}), {}};
  EXPECT_EQ(as_dtype(pixels, DType::kF32, std::nullopt)->values<float>()[0], 200);
}

TEST(RandomSteps, AreTheSameForASeedAndSpreadAboutTheMiddle) {
  const auto a = random_steps(DType::kU8, {10'000}, 1);
  const auto b = random_steps(DType::kU8, {10'000}, 1);
  const auto c = random_steps(DType::kU8, {10'000}, 2);
  ASSERT_TRUE(a && b && c);
  EXPECT_TRUE(equal(*a, *b));
  EXPECT_FALSE(equal(*a, *c));
  double sum = 0;
  for (const std::uint8_t q : a->values<std::uint8_t>()) sum += q;
  EXPECT_NEAR(sum / 10'000, 127.5, 2);
  EXPECT_THAT(random_steps(DType::kS4, {3}, 1)->bytes(), Le(2U));
}

TEST(Layout, MovesChannels) {
  const Tensor last = Tensor::of<float>({1, 1, 2, 3}, {0, 1, 2, 3, 4, 5});
  const auto first = in_layout(last, Layout::kToChannelsFirst);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->dims(), Dims({1, 3, 1, 2}));
  EXPECT_THAT(first->values<float>(), ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_TRUE(equal(*in_layout(*first, Layout::kToChannelsLast), last));
}

TEST(Layout, FollowsSizesAndWhereTheyLeaveItOpenNames) {
  const Dims first{1, 3, 8, 4}, last{1, 8, 4, 3}, cube{1, 4, 4, 4};
  EXPECT_EQ(layout_between("x", first, "x", last), Layout::kToChannelsFirst);
  EXPECT_EQ(layout_between("x", last, "y", first), Layout::kToChannelsLast);
  EXPECT_EQ(layout_between("x", first, "x", first), Layout::kSame);
  EXPECT_EQ(layout_between("x", first, "x", {1, 3, 4, 8}), std::nullopt);
  EXPECT_EQ(layout_between("x", {2, 3}, "x", {3, 2}), std::nullopt);
  EXPECT_EQ(layout_between("x", cube, "x", cube), Layout::kSame);
  EXPECT_EQ(layout_between("x/nchw", cube, "x", cube), Layout::kToChannelsFirst);
  EXPECT_EQ(layout_between("x", cube, "x/nchw", cube), Layout::kToChannelsLast);
  EXPECT_EQ(layout_between("x/nchw", cube, "x/nchw", cube), Layout::kSame);
}

}  // namespace
}  // namespace mote
