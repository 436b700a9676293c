#include "tasks/segmentation/segmentation.h"

#include <gmock/gmock.h>

#include <cmath>

namespace mote {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

OutputDescription segments(SegmentNumbers holds = SegmentNumbers::kScores,
                           ImageLayout layout = ImageLayout::kNhwc) {
  OutputDescription output;
  output.kind = OutputKind::kSegments;
  output.segments.holds = holds;
  output.segments.layout = layout;
  return output;
}

// The classes of an image that goes into a model's image of `rule.size`.
Result<SegmentMap> classes_of(const Tensor& out, const OutputDescription& output, ImageSize image,
                              const ImageRule& rule) {
  const auto place = place_image(image, rule);
  EXPECT_TRUE(place);
  return segment(out, output, {image, *place, rule.size});
}

std::vector<std::int32_t> classes(const Tensor& out, const OutputDescription& output,
                                  ImageSize image, const ImageRule& rule) {
  auto map = classes_of(out, output, image, rule);
  EXPECT_TRUE(map) << map.error().message;
  return map ? std::move(map->classes) : std::vector<std::int32_t>();
}

ImageRule sized(std::int32_t height, std::int32_t width) {
  ImageRule rule;
  rule.size = {height, width};
  return rule;
}

TEST(Segment, TakesTheLargestScoreAndOfEqualOnesTheLowestClass) {
  const Tensor nhwc = Tensor::of<float>({1, 1, 3, 3}, {1, 2, 2, 5, 5, 5, NAN, -1, 0});
  EXPECT_THAT(classes(nhwc, segments(), {1, 3}, sized(1, 3)), ElementsAre(1, 0, 2));
  const Tensor nchw = Tensor::of<float>({1, 3, 1, 3}, {1, 5, NAN, 2, 5, -1, 2, 5, 0});
  EXPECT_THAT(
      classes(nchw, segments(SegmentNumbers::kScores, ImageLayout::kNchw), {1, 3}, sized(1, 3)),
      ElementsAre(1, 0, 2));
}

TEST(Segment, WeighsScoresBetweenPlaces) {
  // Class 1 has 0 and 8 at the middles of two places, class 0 has 2: the edge lies at a quarter of
  // the way, not in the middle. Pixel i is at 2 (i + 0.5) / 8 - 0.5 of it: -3/8, -1/8, 1/8, 3/8.
  const Tensor out = Tensor::of<float>({1, 1, 2, 2}, {2, 0, 2, 8});
  EXPECT_THAT(classes(out, segments(), {1, 8}, sized(1, 8)), ElementsAre(0, 0, 0, 1, 1, 1, 1, 1));
}

TEST(Segment, GivesClassesAsTheyAre) {
  const OutputDescription output = segments(SegmentNumbers::kClasses);
  const Tensor out = Tensor::of<std::int64_t>({1, 2, 2}, {7, 0, 3, 20});
  EXPECT_THAT(classes(out, output, {2, 4}, sized(2, 2)), ElementsAre(7, 7, 0, 0, 3, 3, 20, 20));
  const Tensor channel = Tensor::of<float>({1, 2, 2, 1}, {7, 0, 3, 20});
  EXPECT_THAT(classes(channel, output, {2, 2}, sized(2, 2)), ElementsAre(7, 0, 3, 20));
  const auto negative =
      classes_of(Tensor::of<std::int32_t>({1, 1, 1}, {-1}), output, {1, 1}, sized(1, 1));
  ASSERT_FALSE(negative);
  EXPECT_THAT(negative.error().message, HasSubstr("it has -1 among its classes"));
}

TEST(Segment, OneScoreIsThatOfClassOne) {
  OutputDescription output = segments();
  output.activation = Activation::kSigmoid;
  const Tensor out = Tensor::of<float>({1, 1, 3}, {-0.1F, 0, 0.1F});
  EXPECT_THAT(classes(out, output, {1, 3}, sized(1, 3)), ElementsAre(0, 1, 1));
  output.segments.threshold = 0.51F;
  EXPECT_THAT(classes(out, output, {1, 3}, sized(1, 3)), ElementsAre(0, 0, 1));
  output.activation = Activation::kNone;
  output.quantization = QuantizationRule{0.01F, -100};
  EXPECT_THAT(classes(Tensor::of<std::int8_t>({1, 1, 2}, {-50, -49}), output, {1, 2}, sized(1, 2)),
              ElementsAre(0, 1));
}

TEST(Segment, UndoesALetterbox) {
  // A wide image fills the middle half of the model's height: rows 1 and 2 of 4.
  ImageRule rule = sized(4, 4);
  rule.resize.to = ResizeRule::To::kLetterbox;
  rule.resize.letterbox = LetterboxAt::kCenter;
  const Tensor out =
      Tensor::of<std::int32_t>({1, 4, 4}, {9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9});
  EXPECT_THAT(classes(out, segments(SegmentNumbers::kClasses), {2, 4}, rule),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  rule.resize.letterbox = LetterboxAt::kTopLeft;
  EXPECT_THAT(classes(out, segments(SegmentNumbers::kClasses), {2, 4}, rule),
              ElementsAre(9, 9, 9, 9, 1, 2, 3, 4));
}

TEST(Segment, HasNoClassesOfWhatACropLeavesOut) {
  ImageRule rule = sized(2, 2);
  rule.crop.kind = CropRule::Kind::kCenter;
  rule.resize.to = ResizeRule::To::kShortSide;
  rule.resize.short_side = 2;
  const Tensor out = Tensor::of<std::int32_t>({1, 2, 2}, {1, 2, 3, 4});
  EXPECT_THAT(classes(out, segments(SegmentNumbers::kClasses), {2, 4}, rule),
              ElementsAre(-1, 1, 2, -1, -1, 3, 4, -1));
  ImageRule fraction = sized(2, 2);
  fraction.crop = {CropRule::Kind::kFraction, 0.5};
  EXPECT_THAT(classes(out, segments(SegmentNumbers::kClasses), {4, 4}, fraction),
              ElementsAre(-1, -1, -1, -1, -1, 1, 2, -1, -1, 3, 4, -1, -1, -1, -1, -1));
}

TEST(Segment, RefusesOtherShapes) {
  const auto error = [](const Tensor& out, const OutputDescription& output) {
    const auto map = classes_of(out, output, {1, 1}, sized(1, 1));
    return map ? "" : map.error().message;
  };
  const Tensor two = Tensor::of<float>({2, 1, 1, 1}, {1, 2});
  EXPECT_THAT(error(two, segments()), HasSubstr("it has shape [2,1,1,1]; scores of one image"));
  const Tensor flat = Tensor::of<float>({1, 2}, {1, 2});
  EXPECT_THAT(error(flat, segments()), HasSubstr("it has shape [1,2]"));
  const Tensor scores = Tensor::of<float>({1, 1, 1, 2}, {1, 2});
  EXPECT_THAT(error(scores, segments(SegmentNumbers::kClasses)), HasSubstr("[1, height, width]"));
  const auto place = place_image({4, 4}, sized(1, 1));
  const auto large = segment(scores, segments(), {{4, 4}, *place, {1, 1}}, 64);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Code::kResourceExhausted);
}

TEST(ClassShares, CountWhatHasAClass) {
  const auto shares = class_shares({4, 1, {2, 0, 2, -1}});
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_EQ(shares[0].index, 2);
  EXPECT_DOUBLE_EQ(shares[0].share, 2.0 / 3);
  EXPECT_EQ(shares[1].index, 0);
  EXPECT_TRUE(class_shares({1, 1, {-1}}).empty());
}

}  // namespace
}  // namespace mote
