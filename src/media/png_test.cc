#include "media/png.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "media/test_images.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Pixels = std::vector<std::uint8_t>;

Pixels decoded(const Bytes& png, int channels) {
  const auto image = decode_image(png);
  if (!image) {
    ADD_FAILURE() << image.error().message;
    return {};
  }
  EXPECT_EQ(image->channels, channels);
  return image->pixels;
}

// 16-bit samples as make_png takes them.
std::vector<std::uint8_t> samples16(std::initializer_list<std::uint16_t> samples) {
  std::vector<std::uint8_t> rows(samples.size() * 2);
  std::memcpy(rows.data(), samples.begin(), rows.size());
  return rows;
}

void expect_error(const Bytes& bytes, Code code, std::string_view message,
                  const DecodeLimits& limits = {}) {
  const auto result = decode_image(bytes, limits);
  ASSERT_FALSE(result) << message;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_THAT(result.error().message, HasSubstr(std::string(message)));
}

TEST(Png, GreyOfFewBitsFillsTheWholeRange) {
  EXPECT_THAT(decoded(make_png(3, 1, {0b01000000}, {.bit_depth = 1}), 1), ElementsAre(0, 255, 0));
  EXPECT_THAT(decoded(make_png(4, 1, {0b00011011}, {.bit_depth = 2}), 1),
              ElementsAre(0, 85, 170, 255));
  EXPECT_THAT(decoded(make_png(2, 1, {0x1F}, {.bit_depth = 4}), 1), ElementsAre(17, 255));
}

TEST(Png, PalettesAreExpanded) {
  const PngOptions options{.color_type = SPNG_COLOR_TYPE_INDEXED,
                           .bit_depth = 4,
                           .palette = {{1, 2, 3, 0}, {200, 100, 50, 0}}};
  EXPECT_THAT(decoded(make_png(2, 1, {0x10}, options), 3), ElementsAre(200, 100, 50, 1, 2, 3));
}

TEST(Png, AlphaIsDropped) {
  EXPECT_THAT(decoded(make_png(2, 1, {9, 8, 7, 0, 4, 5, 6, 255},
                               {.color_type = SPNG_COLOR_TYPE_TRUECOLOR_ALPHA}),
                      3),
              ElementsAre(9, 8, 7, 4, 5, 6));
  EXPECT_THAT(
      decoded(make_png(2, 1, {9, 0, 4, 255}, {.color_type = SPNG_COLOR_TYPE_GRAYSCALE_ALPHA}), 1),
      ElementsAre(9, 4));
}

TEST(Png, SixteenBitsKeepTheHighByte) {
  const auto rows = samples16({0x12FF, 0xFE00, 0x00FF, 0x8080, 0x7F01, 0xFFFF});
  EXPECT_THAT(decoded(make_png(6, 1, rows, {.bit_depth = 16}), 1),
              ElementsAre(0x12, 0xFE, 0x00, 0x80, 0x7F, 0xFF));
  EXPECT_THAT(
      decoded(make_png(2, 1, rows, {.color_type = SPNG_COLOR_TYPE_TRUECOLOR, .bit_depth = 16}), 3),
      ElementsAre(0x12, 0xFE, 0x00, 0x80, 0x7F, 0xFF));
  EXPECT_THAT(decoded(make_png(3, 1, rows,
                               {.color_type = SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, .bit_depth = 16}),
                      1),
              ElementsAre(0x12, 0x00, 0x7F));
}

TEST(Png, InterlacedEqualsPlain) {
  const Image image = tiles();
  EXPECT_EQ(decoded(make_png(24, 16, image.pixels, {.interlaced = true}), 1), image.pixels);
}

TEST(Png, TurnsUprightAsExifSays) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto image =
        decode_image(make_png(24, 16, tiles().pixels, {.exif = exif_with(orientation)}));
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->width, 8 * kTurnedTiles[orientation - 1].width_in_tiles);
    EXPECT_EQ(read_tiles(*image), kTurnedTiles[orientation - 1].letters) << orientation;
  }
}

TEST(Png, EveryTruncationIsAnError) {
  const Pixels rgba(static_cast<std::size_t>(24 * 16 * 4), 77);
  for (const Bytes& png :
       {make_png(24, 16, tiles().pixels), make_png(24, 16, tiles().pixels, {.interlaced = true}),
        make_png(24, 16, rgba, {.color_type = SPNG_COLOR_TYPE_TRUECOLOR_ALPHA})}) {
    ASSERT_TRUE(decode_image(png));
    for (std::size_t size = 1; size < png.size(); ++size) {
      const auto result = decode_image(std::span(png).first(size));
      ASSERT_FALSE(result) << size << " of " << png.size();
      ASSERT_EQ(result.error().code, Code::kCorrupt) << size;
      ASSERT_THAT(result.error().message, HasSubstr("truncated PNG: ")) << size;
    }
  }
}

TEST(Png, DamageToAnyByteIsAnErrorOrAWholeImage) {
  const Bytes png = make_png(24, 16, tiles().pixels, {.interlaced = true, .exif = exif_with(6)});
  for (std::size_t i = 8; i < png.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7F, 0xFF}) {
      Bytes damaged = png;
      damaged[i] = static_cast<std::byte>(value);
      const auto image = decode_image(damaged, {.max_pixels = 1 << 20});
      if (!image) continue;
      ASSERT_EQ(image->pixels.size(), std::size_t(image->width) * image->height * image->channels);
    }
  }
}

TEST(Png, ADamagedCriticalChunkIsNamedCorrupt) {
  Bytes png = make_png(24, 16, tiles().pixels);
  png[19] ^= std::byte{1};  // the width
  expect_error(png, Code::kCorrupt, "corrupt PNG: ");
}

TEST(Png, SizesOverTheLimitsAreRefused) {
  expect_error(png_header_only(65535, 65535), Code::kInvalidArgument,
               "65535x65535 pixels is over the limit of 100000000");
  expect_error(png_header_only(0x7FFFFFFF, 0x7FFFFFFF), Code::kInvalidArgument, "over the limit");
  expect_error(png_header_only(9000, 9000), Code::kCorrupt, "cannot hold 9000x9000 pixels");
  expect_error(png_header_only(0, 9), Code::kCorrupt, "corrupt PNG: ");
  expect_error(make_png(24, 16, tiles().pixels), Code::kResourceExhausted,
               "over the limit of 767 bytes", {.max_memory_bytes = 24 * 16 * 2 - 1});
  EXPECT_TRUE(decode_image(make_png(24, 16, tiles().pixels), {.max_memory_bytes = 24 * 16 * 2}));
}

}  // namespace
}  // namespace mote
