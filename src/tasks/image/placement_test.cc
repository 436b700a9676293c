#include "tasks/image/placement.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

ImageRule letterboxed(ImageSize size, LetterboxAt at) {
  ImageRule rule;
  rule.size = size;
  rule.resize.to = ResizeRule::To::kLetterbox;
  rule.resize.letterbox = at;
  return rule;
}

ImagePlacement place(ImageSize image, const ImageRule& rule) {
  const auto placed = place_image(image, rule);
  EXPECT_TRUE(placed) << placed.error().message;
  return placed ? *placed : ImagePlacement();
}

TEST(PlaceImage, ALetterboxHoldsTheWholeImageAtItsRatio) {
  const ImagePlacement wide = place({375, 500}, letterboxed({416, 416}, LetterboxAt::kTopLeft));
  EXPECT_EQ(wide.horizontal.target, 416);
  EXPECT_EQ(wide.vertical.target, 312);
  EXPECT_EQ(wide.left, 0);
  EXPECT_EQ(wide.top, 0);
  const ImagePlacement tall = place({500, 375}, letterboxed({416, 416}, LetterboxAt::kCenter));
  EXPECT_EQ(tall.vertical.target, 416);
  EXPECT_EQ(tall.horizontal.target, 312);
  EXPECT_EQ(tall.left, 52);
}

TEST(PlaceImage, ALetterboxedLineKeepsAPixel) {
  const ImagePlacement line = place({1, 10'000}, letterboxed({64, 64}, LetterboxAt::kCenter));
  EXPECT_EQ(line.vertical.count, 1);
  EXPECT_EQ(line.horizontal.count, 64);
  EXPECT_EQ(line.top, 32);  // 31.5, rounded to even
}

TEST(PlaceImage, LeadsFromTheInputBackToTheImage) {
  const ImagePlacement box = place({200, 400}, letterboxed({100, 100}, LetterboxAt::kCenter));
  EXPECT_EQ(box.top, 25);
  EXPECT_EQ(box.image_x(0), 0);
  EXPECT_EQ(box.image_x(100), 400);
  EXPECT_EQ(box.image_y(25), 0);
  EXPECT_EQ(box.image_y(75), 200);
  EXPECT_EQ(box.image_y(0), -100);  // in what was filled
}

TEST(PlaceImage, LeadsBackThroughCrops) {
  ImageRule center;
  center.size = {100, 100};
  center.resize.to = ResizeRule::To::kShortSide;
  center.resize.short_side = 200;
  center.crop.kind = CropRule::Kind::kCenter;
  const ImagePlacement middle = place({400, 800}, center);
  EXPECT_EQ(middle.image_x(0), 300);  // 400x200 resized, from 150 on, twice as large
  EXPECT_EQ(middle.image_y(100), 300);
  ImageRule fraction;
  fraction.size = {100, 100};
  fraction.crop = {CropRule::Kind::kFraction, 0.5};
  const ImagePlacement inner = place({400, 400}, fraction);
  EXPECT_EQ(inner.image_x(0), 100);
  EXPECT_EQ(inner.image_y(100), 300);
}

}  // namespace
}  // namespace mote
