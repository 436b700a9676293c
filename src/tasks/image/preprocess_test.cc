#include "tasks/image/preprocess.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Picture {
  std::int32_t width, height, channels;
  std::vector<std::uint8_t> pixels;

  PixelView view() const { return {width, height, channels, pixels.data(), width * channels}; }
};

ImageRule rule_of(ImageSize size) {
  ImageRule rule;
  rule.size = size;
  rule.scale = 1.0F;
  return rule;
}

template <class T>
std::vector<T> values_of(const Picture& picture, const ImageRule& rule) {
  EXPECT_TRUE(check(rule));
  const auto tensor = image_to_tensor(picture.view(), rule, kDTypeOf<T>);
  EXPECT_TRUE(tensor) << tensor.error().message;
  if (!tensor) return {};
  const auto values = tensor->template values<T>();
  return {values.begin(), values.end()};
}

std::string error_of(const Picture& picture, const ImageRule& rule, DType dtype = DType::kF32) {
  const auto tensor = image_to_tensor(picture.view(), rule, dtype);
  EXPECT_FALSE(tensor);
  return tensor ? "" : tensor.error().message;
}

const Picture kTwoColors = {2, 1, 3, {10, 20, 30, 40, 50, 60}};
const Picture kRow = {6, 1, 1, {0, 1, 2, 3, 4, 5}};

TEST(ImageToTensor, LaysChannelsApart) {
  EXPECT_THAT(values_of<float>(kTwoColors, rule_of({1, 2})), ElementsAre(10, 40, 20, 50, 30, 60));
}

TEST(ImageToTensor, LaysChannelsTogether) {
  ImageRule rule = rule_of({1, 2});
  rule.layout = ImageLayout::kNhwc;
  rule.color = ColorOrder::kBgr;
  EXPECT_THAT(values_of<float>(kTwoColors, rule), ElementsAre(30, 20, 10, 60, 50, 40));
  EXPECT_EQ(image_dims(rule), (Dims{1, 1, 2, 3}));
}

TEST(ImageToTensor, DividesThenSubtractsThenDivides) {
  ImageRule rule = rule_of({1, 2});
  rule.scale = 10.0F;
  rule.mean = {1.0F, 2.0F, 3.0F};
  rule.std = {2.0F};
  EXPECT_THAT(values_of<float>(kTwoColors, rule), ElementsAre(0, 1.5, 0, 1.5, 0, 1.5));
}

// The mean belongs to the model's channel, not to the file's.
TEST(ImageToTensor, AppliesMeansInTheModelsOrder) {
  ImageRule rule = rule_of({1, 2});
  rule.color = ColorOrder::kBgr;
  rule.mean = {30.0F, 20.0F, 10.0F};
  EXPECT_THAT(values_of<float>(kTwoColors, rule), ElementsAre(0, 30, 0, 30, 0, 30));
}

TEST(ImageToTensor, RepeatsGreyForColor) {
  EXPECT_THAT(values_of<float>({2, 1, 1, {7, 9}}, rule_of({1, 2})), ElementsAre(7, 9, 7, 9, 7, 9));
}

TEST(ImageToTensor, MakesColorGreyByItsLuma) {
  ImageRule rule = rule_of({1, 4});
  rule.color = ColorOrder::kGray;
  const Picture picture = {4, 1, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 200, 200}};
  EXPECT_THAT(values_of<float>(picture, rule), ElementsAre(76, 150, 29, 200));
}

TEST(ImageToTensor, GivesIntegersRoundedAndSaturated) {
  ImageRule rule = rule_of({1, 4});
  rule.color = ColorOrder::kGray;
  const Picture picture = {4, 1, 1, {0, 1, 3, 255}};
  EXPECT_THAT(values_of<std::uint8_t>(picture, rule), ElementsAre(0, 1, 3, 255));
  rule.scale = 2.0F;
  EXPECT_THAT(values_of<std::uint8_t>(picture, rule), ElementsAre(0, 0, 2, 128));
  rule.scale = 1.0F;
  rule.mean = {128.0F};
  EXPECT_THAT(values_of<std::int8_t>(picture, rule), ElementsAre(-128, -127, -125, 127));
  rule.mean = {2.0F};
  EXPECT_THAT(values_of<std::uint8_t>(picture, rule), ElementsAre(0, 0, 1, 253));
}

ImageRule grey_crop(ImageSize size) {
  ImageRule rule = rule_of(size);
  rule.color = ColorOrder::kGray;
  rule.crop.kind = CropRule::Kind::kCenter;
  rule.resize.to = ResizeRule::To::kKeep;
  return rule;
}

TEST(ImageToTensor, CropsTheMiddle) {
  EXPECT_THAT(values_of<float>(kRow, grey_crop({1, 2})), ElementsAre(2, 3));
  // Half of 1 rounds to 0, half of 3 to 2: to even.
  EXPECT_THAT(values_of<float>(kRow, grey_crop({1, 5})), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(values_of<float>(kRow, grey_crop({1, 3})), ElementsAre(2, 3, 4));
}

TEST(ImageToTensor, KeepsTheRatioByTheShortSide) {
  ImageRule rule = grey_crop({2, 2});
  rule.resize.to = ResizeRule::To::kShortSide;
  rule.resize.short_side = 2;
  rule.resize.filter = ResizeFilter::kNearest;
  const Picture picture = {8, 4, 1, [] {
                             std::vector<std::uint8_t> p;
                             for (std::uint8_t i = 0; i < 32; ++i) p.push_back(i);
                             return p;
                           }()};
  // Resized to 4x2, whose columns are those at 1, 3, 5, 7 and rows at 1, 3.
  EXPECT_THAT(values_of<float>(picture, rule), ElementsAre(11, 13, 27, 29));
}

TEST(ImageToTensor, CropsAFractionBeforeItResizes) {
  ImageRule rule = rule_of({1, 4});
  rule.color = ColorOrder::kGray;
  rule.crop = {CropRule::Kind::kFraction, 0.5};
  const Picture picture = {8, 1, 1, {0, 1, 2, 3, 4, 5, 6, 7}};
  EXPECT_THAT(values_of<float>(picture, rule), ElementsAre(2, 3, 4, 5));
}

TEST(ImageToTensor, CropsNoSmallerThanOnePixel) {
  ImageRule rule = rule_of({1, 1});
  rule.color = ColorOrder::kGray;
  rule.crop = {CropRule::Kind::kFraction, 1e-9};
  EXPECT_EQ(values_of<float>(kRow, rule).size(), 1U);
}

TEST(ImageToTensor, NamesTheSideThatIsTooShortToCrop) {
  EXPECT_THAT(error_of(kRow, grey_crop({2, 2})), HasSubstr("height of 1, less than the 2 to crop"));
}

TEST(ImageToTensor, RefusesImagesThatAreNone) {
  EXPECT_THAT(error_of({0, 0, 3, {}}, rule_of({1, 1})), HasSubstr("no pixels"));
  EXPECT_THAT(error_of({1, 1, 2, {1, 2}}, rule_of({1, 1})), HasSubstr("2 channels"));
  const Picture endless = {70000, 1, 1, std::vector<std::uint8_t>(70000)};
  EXPECT_THAT(error_of(endless, rule_of({1, 1})), HasSubstr("70000x1"));
  EXPECT_THAT(error_of(kRow, rule_of({1, 1}), DType::kS64), HasSubstr("s64"));
}

TEST(ImageToTensor, StaysWithinItsMemory) {
  const ImageRule rule = rule_of({100, 100});
  const auto tensor = image_to_tensor(kTwoColors.view(), rule, DType::kF32, 200'000);
  ASSERT_FALSE(tensor);
  EXPECT_EQ(tensor.error().code, Code::kResourceExhausted);
  EXPECT_THAT(tensor.error().message, HasSubstr("over the limit of"));
  const auto none = image_to_tensor(kTwoColors.view(), rule, DType::kF32, 119'999);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("f32[1,3,100,100] takes 117.2 KiB"));
  // 120,000 bytes for the tensor, as many for its pixels, and a row of them.
  EXPECT_TRUE(image_to_tensor(kTwoColors.view(), rule, DType::kF32, 242'000));
}

TEST(ImageToTensor, ALetterboxIsFilledWithNormalizedPixels) {
  ImageRule rule = rule_of({4, 4});
  rule.resize.to = ResizeRule::To::kLetterbox;
  rule.resize.fill = 100.0F;
  rule.mean = {50.0F};
  rule.color = ColorOrder::kGray;
  const Picture bright = {2, 1, 1, {200, 200}};
  EXPECT_THAT(values_of<float>(bright, rule),
              ElementsAre(150, 150, 150, 150, 150, 150, 150, 150,  //
                          50, 50, 50, 50, 50, 50, 50, 50));
  rule.resize.letterbox = LetterboxAt::kCenter;
  EXPECT_THAT(values_of<float>(bright, rule),
              ElementsAre(50, 50, 50, 50,  //
                          150, 150, 150, 150, 150, 150, 150, 150, 50, 50, 50, 50));
}

TEST(ImageToTensor, ALetterboxFillsEveryChannelInEitherLayout) {
  ImageRule rule = rule_of({2, 2});
  rule.resize.to = ResizeRule::To::kLetterbox;
  rule.resize.fill = 7.0F;
  const Picture row = {2, 1, 3, {1, 2, 3, 1, 2, 3}};
  EXPECT_THAT(values_of<float>(row, rule), ElementsAre(1, 1, 7, 7, 2, 2, 7, 7, 3, 3, 7, 7));
  rule.layout = ImageLayout::kNhwc;
  EXPECT_THAT(values_of<std::uint8_t>(row, rule), ElementsAre(1, 2, 3, 1, 2, 3, 7, 7, 7, 7, 7, 7));
}

}  // namespace
}  // namespace mote
