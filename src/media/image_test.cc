#include "media/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/test_images.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ToGrey, IsTheRoundedLumaOfBt601) {
  const Image image{5, 1, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 10, 200, 100}};
  const Image grey = to_grey(image);
  EXPECT_EQ(grey.channels, 1);
  EXPECT_THAT(grey.pixels, ElementsAre(76, 150, 29, 0, 132));
}

TEST(ToGrey, UndoesToRgb) {
  Image image{256, 1, 1, {}};
  for (int v = 0; v < 256; ++v) image.pixels.push_back(static_cast<std::uint8_t>(v));
  const Image rgb = to_rgb(image);
  EXPECT_EQ(rgb.channels, 3);
  EXPECT_EQ(rgb.pixels.size(), 3U * 256);
  EXPECT_EQ(to_grey(rgb).pixels, image.pixels);
}

TEST(EncodePng, RoundTripsGreyAndRgb) {
  for (const Image& image :
       {Image{3, 2, 1, {0, 1, 2, 253, 254, 255}}, Image{1, 2, 3, {0, 128, 255, 255, 127, 1}}}) {
    const auto png = encode_png(image);
    ASSERT_TRUE(png);
    const auto back = decode_image(*png);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->width, image.width);
    EXPECT_EQ(back->height, image.height);
    EXPECT_EQ(back->channels, image.channels);
    EXPECT_EQ(back->pixels, image.pixels);
  }
}

TEST(EncodePng, RefusesImagesThatAreNone) {
  const std::pair<Image, std::string_view> wrong[] = {
      {{0, 1, 1, {}}, "0x1 pixels"},
      {{1, -1, 1, {0}}, "1x-1 pixels"},
      {{1, 1, 4, {0, 0, 0, 0}}, "4 channels"},
      {{2, 2, 3, std::vector<std::uint8_t>(11)}, "11 bytes of pixels for 2x2x3"},
      {{2147483647, 2147483647, 3, {1}}, "1 bytes of pixels"},
  };
  for (const auto& [image, message] : wrong) {
    const auto png = encode_png(image);
    ASSERT_FALSE(png);
    EXPECT_EQ(png.error().code, Code::kInvalidArgument);
    EXPECT_THAT(png.error().message, HasSubstr(std::string(message)));
  }
}

}  // namespace
}  // namespace mote
