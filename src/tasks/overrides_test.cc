#include "tasks/overrides.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ImageRule with(std::initializer_list<ImageOverride> overrides, ImageRule rule = {}) {
  const Status done = apply_overrides(rule, overrides);
  EXPECT_TRUE(done) << done.error().message;
  return rule;
}

std::string error_of(std::initializer_list<ImageOverride> overrides) {
  ImageRule rule;
  const Status done = apply_overrides(rule, overrides);
  EXPECT_FALSE(done);
  return done ? "" : done.error().message;
}

TEST(Overrides, ReadSizes) {
  EXPECT_EQ(with({{"size", "224"}}).size, (ImageSize{224, 224}));
  EXPECT_EQ(with({{"size", "240x320"}}).size, (ImageSize{240, 320}));
  EXPECT_EQ(with({{"size", "240,320"}}).size, (ImageSize{240, 320}));
}

TEST(Overrides, ReadNumbers) {
  const ImageRule rule = with({{"mean", "0.5, 0.25,1"}, {"std", "2"}, {"scale", "127.5"}});
  EXPECT_THAT(rule.mean, ElementsAre(0.5F, 0.25F, 1.0F));
  EXPECT_THAT(rule.std, ElementsAre(2.0F));
  EXPECT_EQ(rule.scale, 127.5F);
}

TEST(Overrides, ReadFractionsAndPercents) {
  EXPECT_EQ(with({{"crop", "0.875"}}).crop.fraction, 0.875);
  EXPECT_EQ(with({{"crop", "87.5%"}}).crop.fraction, 0.875);
}

TEST(Overrides, AShortSideBringsInACentreCrop) {
  const ImageRule rule = with({{"size", "224"}, {"short-side", "256"}});
  EXPECT_EQ(rule.crop.kind, CropRule::Kind::kCenter);
  EXPECT_EQ(rule.resize.short_side, 256);
}

TEST(Overrides, AnotherCropDropsTheShortSide) {
  const ImageRule described = with({{"size", "224"}, {"short-side", "256"}});
  const ImageRule rule = with({{"crop", "none"}}, described);
  EXPECT_EQ(rule.resize.to, ResizeRule::To::kInputSize);
  EXPECT_EQ(rule.crop.kind, CropRule::Kind::kNone);
}

TEST(Overrides, ALetterboxReplacesOtherWaysToResize) {
  const ImageRule described = with({{"size", "224"}, {"short-side", "256"}, {"filter", "nearest"}});
  const ImageRule rule = with({{"letterbox", "center"}, {"fill", "114"}}, described);
  EXPECT_EQ(rule.resize.to, ResizeRule::To::kLetterbox);
  EXPECT_EQ(rule.resize.letterbox, LetterboxAt::kCenter);
  EXPECT_EQ(rule.resize.fill, 114.0F);
  EXPECT_EQ(rule.resize.filter, ResizeFilter::kNearest);
  EXPECT_EQ(rule.crop.kind, CropRule::Kind::kNone);
  EXPECT_EQ(with({{"short-side", "256"}}, rule).resize.to, ResizeRule::To::kShortSide);
  EXPECT_EQ(with({{"crop", "none"}}, rule).resize.to, ResizeRule::To::kLetterbox);
  EXPECT_EQ(with({{"crop", "center"}}, rule).resize.to, ResizeRule::To::kKeep);
  EXPECT_THAT(error_of({{"letterbox", "center"}, {"short-side", "9"}}), HasSubstr("does not go"));
  EXPECT_THAT(error_of({{"letterbox", "center"}, {"crop", "center"}}), HasSubstr("leaves nothing"));
  EXPECT_THAT(error_of({{"fill", "9"}}), HasSubstr("means nothing without"));
}

TEST(Overrides, NameWhatIsAllowed) {
  EXPECT_EQ(error_of({{"color", "rgb"}}), "--color rgb: it must be one of RGB, BGR, GRAY");
  EXPECT_THAT(error_of({{"size", "0"}}), testing::StartsWith("--size 0: it must be"));
  EXPECT_THAT(error_of({{"size", "99999999999"}}), HasSubstr("it must be"));
  EXPECT_THAT(error_of({{"size", "224x"}}), HasSubstr("it must be"));
  EXPECT_THAT(error_of({{"crop", "150%"}}), HasSubstr("none, center, or a fraction"));
  EXPECT_THAT(error_of({{"crop", ""}}), HasSubstr("none, center, or a fraction"));
  EXPECT_THAT(error_of({{"mean", "1,,2"}}), HasSubstr("--mean 1,,2: it must be"));
  EXPECT_THAT(error_of({{"sice", "1"}}), HasSubstr("no field 'sice'; there are: crop"));
}

TEST(Overrides, AreCheckedTogether) {
  EXPECT_THAT(error_of({{"mean", "1,2"}}), testing::StartsWith("--mean 1,2: mean has 2 numbers"));
  EXPECT_THAT(error_of({{"std", "0"}}), HasSubstr("std has a 0"));
  EXPECT_THAT(error_of({{"scale", "0"}}), HasSubstr("scale is 0"));
  EXPECT_THAT(error_of({{"scale", "nan"}}), HasSubstr("scale"));
  EXPECT_THAT(error_of({{"size", "300"}, {"short-side", "256"}}), HasSubstr("short_side is 256"));
  EXPECT_THAT(error_of({{"short-side", "256"}, {"crop", "none"}}), HasSubstr("does not go with"));
}

}  // namespace
}  // namespace mote
