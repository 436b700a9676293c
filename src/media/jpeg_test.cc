#include "media/jpeg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "media/test_images.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Two colours, so that a truncated file has something to lose in its last rows.
Image two_colors(int width, int height) {
  Image image{width, height, 3, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool first = y < height / 2;
      image.pixels.insert(image.pixels.end(),
                          {std::uint8_t(first ? 200 : 30), 90, std::uint8_t(first ? 20 : 220)});
    }
  }
  return image;
}

Image flat(int channels, std::initializer_list<std::uint8_t> pixel) {
  Image image{8, 8, channels, {}};
  for (int i = 0; i < 64; ++i) image.pixels.insert(image.pixels.end(), pixel);
  return image;
}

Image rows(const Image& image, int first, int last) {
  const std::ptrdiff_t row = std::ptrdiff_t{image.width} * image.channels;
  const auto begin = image.pixels.begin();
  return {image.width, last - first, image.channels, {begin + first * row, begin + last * row}};
}

void expect_near(const Image& got, const Image& want, int tolerance) {
  ASSERT_EQ(got.width, want.width);
  ASSERT_EQ(got.height, want.height);
  ASSERT_EQ(got.channels, want.channels);
  ASSERT_EQ(got.pixels.size(), want.pixels.size());
  for (std::size_t i = 0; i < got.pixels.size(); ++i) {
    ASSERT_LE(std::abs(got.pixels[i] - want.pixels[i]), tolerance) << "at " << i;
  }
}

void expect_error(const Bytes& bytes, Code code, std::string_view message,
                  const DecodeLimits& limits = {}) {
  const auto result = decode_image(bytes, limits);
  ASSERT_FALSE(result) << message;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_THAT(result.error().message, HasSubstr(std::string(message)));
}

TEST(Jpeg, DecodesColorAndGreyInOneScanOrMany) {
  for (const bool progressive : {false, true}) {
    const Image color = two_colors(32, 32);
    const auto rgb = decode_image(make_jpeg(color, {.progressive = progressive}));
    ASSERT_TRUE(rgb) << rgb.error().message;
    expect_near(rows(*rgb, 0, 12), rows(color, 0, 12), 4);  // away from where the colours blend
    expect_near(rows(*rgb, 20, 32), rows(color, 20, 32), 4);
    const auto grey = decode_image(make_jpeg(tiles(), {.progressive = progressive}));
    ASSERT_TRUE(grey) << grey.error().message;
    expect_near(*grey, tiles(), 2);
  }
}

TEST(Jpeg, TurnsUprightAsExifSays) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto image = decode_image(make_jpeg(tiles(), {.exif = exif_with(orientation, true)}));
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->width, 8 * kTurnedTiles[orientation - 1].width_in_tiles);
    EXPECT_EQ(read_tiles(*image), kTurnedTiles[orientation - 1].letters) << orientation;
  }
}

TEST(Jpeg, CmykBecomesRgb) {
  // Stored is 255 - ink: full light in red, half in green, none in blue; then half as much of each.
  const auto light = decode_image(make_jpeg(flat(4, {255, 128, 0, 255})));
  ASSERT_TRUE(light) << light.error().message;
  expect_near(*light, flat(3, {255, 128, 0}), 2);
  const auto dark = decode_image(make_jpeg(flat(4, {255, 128, 0, 128})));
  ASSERT_TRUE(dark) << dark.error().message;
  expect_near(*dark, flat(3, {128, 64, 0}), 2);
}

TEST(Jpeg, ComponentsWithoutAMeaningAreUnsupported) {
  expect_error(make_jpeg(flat(2, {1, 2})), Code::kUnsupported, "2 colour components");
}

TEST(Jpeg, OtherProcessesAreUnsupported) {
  Bytes twelve_bit = make_jpeg(tiles());
  const auto frame =
      std::ranges::search(twelve_bit, std::vector{std::byte{0xFF}, std::byte{0xC0}}).begin();
  Bytes lossless = twelve_bit;
  frame[4] = std::byte{12};
  expect_error(twelve_bit, Code::kUnsupported, "precision 12");
  lossless[static_cast<std::size_t>(frame - twelve_bit.begin()) + 1] = std::byte{0xC3};
  expect_error(lossless, Code::kUnsupported, "SOF type 0xc3");
}

TEST(Jpeg, EveryTruncationIsAnError) {
  const Image color = two_colors(24, 24);
  for (const Bytes& jpeg :
       {make_jpeg(color), make_jpeg(color, {.progressive = true}), make_jpeg(tiles()),
        make_jpeg(color, {.restart_interval = 1, .exif = exif_with(6)})}) {
    ASSERT_TRUE(decode_image(jpeg));
    for (std::size_t size = 1; size < jpeg.size(); ++size) {
      const auto result = decode_image(std::span(jpeg).first(size));
      ASSERT_FALSE(result) << size << " of " << jpeg.size();
      ASSERT_EQ(result.error().code, Code::kCorrupt) << size << ": " << result.error().message;
      ASSERT_THAT(result.error().message, HasSubstr("truncated JPEG: ")) << size;
    }
  }
}

TEST(Jpeg, AnEndMarkerDoesNotHideMissingData) {
  Bytes jpeg = make_jpeg(two_colors(64, 64));
  jpeg.erase(jpeg.end() - 30, jpeg.end() - 2);
  expect_error(jpeg, Code::kCorrupt, "corrupt JPEG: premature end of data segment");
}

TEST(Jpeg, StrayBytesBetweenMarkersAreHarmless) {
  Bytes jpeg = make_jpeg(tiles());
  const auto frame =
      std::ranges::search(jpeg, std::vector{std::byte{0xFF}, std::byte{0xC0}}).begin();
  jpeg.insert(frame, {std::byte{1}, std::byte{2}});
  const auto image = decode_image(jpeg);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(read_tiles(*image), "abcdef");
}

TEST(Jpeg, DamageToAnyByteIsAnErrorOrAWholeImage) {
  const Bytes jpeg = make_jpeg(two_colors(24, 24), {.progressive = true, .exif = exif_with(6)});
  for (std::size_t i = 3; i < jpeg.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7F, 0xFF}) {
      Bytes damaged = jpeg;
      damaged[i] = static_cast<std::byte>(value);
      const auto image = decode_image(damaged, {.max_pixels = 1 << 20});
      if (!image) continue;
      ASSERT_EQ(image->pixels.size(), std::size_t(image->width) * image->height * image->channels);
    }
  }
}

TEST(Jpeg, SizesOverTheLimitsAreRefused) {
  Bytes jpeg = make_jpeg(two_colors(16, 16));
  set_jpeg_size(jpeg, 65500, 65500);
  expect_error(jpeg, Code::kInvalidArgument, "65500x65500 pixels is over the limit of 100000000");
  set_jpeg_size(jpeg, 65535, 65535);
  expect_error(jpeg, Code::kInvalidArgument, "Maximum supported image dimension");
  set_jpeg_size(jpeg, 9000, 9000);
  expect_error(jpeg, Code::kCorrupt, "cannot hold 9000x9000 pixels");
  set_jpeg_size(jpeg, 0, 16);
  expect_error(jpeg, Code::kCorrupt, "Empty JPEG image");
}

TEST(Jpeg, MemoryOverTheLimitIsRefused) {
  const Image image = two_colors(32, 512);
  const std::int64_t pixels = 2 * 3 * 32 * 512;
  const Bytes jpeg = make_jpeg(image);
  EXPECT_TRUE(decode_image(jpeg, {.max_memory_bytes = pixels}));
  expect_error(jpeg, Code::kResourceExhausted, "6 bytes for each, which is over the limit of 98303",
               {.max_memory_bytes = pixels - 1});
  const Bytes in_scans = make_jpeg(image, {.progressive = true});
  EXPECT_TRUE(decode_image(in_scans, {.max_memory_bytes = 4 * pixels}));
  expect_error(in_scans, Code::kResourceExhausted, "in scans needs more memory",
               {.max_memory_bytes = pixels});
}

TEST(Jpeg, ScansWithoutEndAreRefused) {
  expect_error(make_jpeg(tiles(), {.scan_per_coefficient = true}), Code::kUnsupported,
               "more than 50 scans");
}

TEST(Jpeg, NothingIsPrinted) {
  Bytes jpeg = make_jpeg(two_colors(64, 64));
  jpeg.erase(jpeg.end() - 20, jpeg.end());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const bool decoded = static_cast<bool>(decode_image(jpeg));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_FALSE(decoded);
}

}  // namespace
}  // namespace mote
