#include "tasks/image/picture.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

// A model's input of 2x2 that shows the whole of an image.
const ImagePlacement kWhole = {0, 0, {2, 2}, {2, 2, 0, 2}, {2, 2, 0, 2}, 0, 0};
constexpr ImageSize kInput = {2, 2};

struct Source {
  std::vector<std::uint8_t> pixels;
  std::int32_t channels = 3;

  PixelView view() const { return {2, 2, channels, pixels.data(), 2 * channels}; }
};
const Source kGrey = {{10, 20, 30, 40}, 1};

Result<Pixels> picture(const Tensor& output, const PictureRule& rule, const Source& source = kGrey,
                       const ImagePlacement& place = kWhole) {
  const PixelView view = source.view();
  return tensor_to_picture(output, rule, {view, place, kInput});
}

std::vector<std::uint8_t> values(const Tensor& output, const PictureRule& rule,
                                 const Source& source = kGrey,
                                 const ImagePlacement& place = kWhole) {
  auto made = picture(output, rule, source, place);
  EXPECT_TRUE(made) << made.error().message;
  return made ? made->values : std::vector<std::uint8_t>();
}

PictureRule rule_of(PictureColor color) {
  PictureRule rule;
  rule.color = color;
  return rule;
}

TEST(TensorToPicture, UndoesTheScaleRoundsAndCuts) {
  PictureRule rule = rule_of(PictureColor::kGray);
  rule.mean = {0.5F};
  rule.std = {0.25F};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(values(Tensor::of<float>({1, 1, 2, 2}, {-2, 0, 9, nan}), rule),
              ElementsAre(0, 128, 255, 0));
}

TEST(TensorToPicture, PutsChannelsInTheOrderOfPixels) {
  PictureRule rule = rule_of(PictureColor::kBgr);
  rule.scale = 1.0F;
  const Tensor planar = Tensor::of<float>({1, 3, 1, 2}, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(values(planar, rule), ElementsAre(5, 3, 1, 6, 4, 2));
  rule = rule_of(PictureColor::kRgb);
  rule.scale = 1.0F;
  rule.layout = ImageLayout::kNhwc;
  EXPECT_THAT(values(Tensor::of<float>({1, 1, 2, 3}, {1, 2, 3, 4, 5, 6}), rule),
              ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(TensorToPicture, CutsAwayWhatWasFilledIn) {
  PictureRule rule = rule_of(PictureColor::kGray);
  rule.scale = 1.0F;
  const ImagePlacement upper = {0, 0, {1, 2}, {2, 2, 0, 2}, {1, 1, 0, 1}, 0, 0};
  std::vector<float> numbers(16);
  for (std::size_t i = 0; i < 16; ++i) numbers[i] = static_cast<float>(i);
  const auto made = picture(Tensor::of<float>({1, 1, 4, 4}, numbers), rule, kGrey, upper);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->height, 2);
  EXPECT_EQ(made->width, 4);
  EXPECT_THAT(made->values, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(TensorToPicture, LumaTakesTheColoursOfItsSource) {
  // One colour, so that resizing leaves it: Y = 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2.
  const Source orange = {{200, 100, 50, 200, 100, 50, 200, 100, 50, 200, 100, 50}};
  const Tensor brighter = Tensor::of<float>({1, 1, 4, 4}, std::vector<float>(16, 134.2F / 255));
  const auto made = picture(brighter, rule_of(PictureColor::kLuma), orange);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->channels, 3);
  ASSERT_EQ(made->values.size(), 48U);
  for (std::size_t i = 0; i < 48; i += 3) {
    EXPECT_THAT(std::span(made->values).subspan(i, 3), ElementsAre(210, 110, 60));
  }
}

TEST(TensorToPicture, LumaOfAGreySourceIsGrey) {
  const auto made =
      picture(Tensor::of<float>({1, 1, 2, 2}, {1, 1, 1, 1}), rule_of(PictureColor::kLuma));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->channels, 1);
  EXPECT_THAT(made->values, Each(255));
}

TEST(TensorToPicture, RefusesOtherShapesAndTooMuch) {
  const auto shape = picture(Tensor::of<float>({1, 2, 1, 1}, {0, 0}), PictureRule());
  ASSERT_FALSE(shape);
  EXPECT_EQ(shape.error().message,
            "it has shape [1,2,1,1]; an image, NCHW RGB, has 3 channels at axis 1 of 4");
  EXPECT_FALSE(picture(*Tensor::zeros(DType::kF32, {1, 3, 0, 4}), PictureRule()));
  EXPECT_FALSE(picture(*Tensor::zeros(DType::kString, {1, 3, 1, 1}), PictureRule()));
  const PixelView view = kGrey.view();
  const auto much = tensor_to_picture(*Tensor::zeros(DType::kF32, {1, 3, 100, 100}), PictureRule(),
                                      {view, kWhole, kInput}, 1000);
  ASSERT_FALSE(much);
  EXPECT_THAT(much.error().message, HasSubstr("over the limit of 1000 B"));
}

}  // namespace
}  // namespace mote
