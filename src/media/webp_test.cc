// WebP and JPEG 2000: what their libraries decode, and what we keep from them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "media/test_images.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Bytes from_hexadecimal(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

// Of 3x2 pixels; the colours of kPixels.
constexpr std::string_view kWebp =
    "5249464632000000574542505650384c260000002f024000000541b6cd20463292fbcb5c834cdaa6f3ef37efc8a46d"
    "ba37fefdaeffc1fb469718";
constexpr std::string_view kJpeg2000 =
    "ff4fff51002f0000000000030000000200000000000000000000000300000002000000000000000000030701010701"
    "01"
    "070101ff52000c00000001000004040001ff5c00044040ff640025000143726561746564206279204f70656e4a5045"
    "47"
    "2076657273696f6e20322e352e34ff90000a00000000002f0001ff93df80400e3052dc9ed66301df8040076e330981"
    "ad"
    "9f58df8040064baba5279447f7ffd9";
#define MOTE_PIXELS 255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 40, 50, 60, 70, 80, 90

std::string problem(const Bytes& bytes) {
  const auto image = decode_image(bytes);
  return image ? "none" : image.error().message;
}

// Of each beginning of a file there is an error or, if nothing but a comment is missing, a picture.
void expect_no_surprise(const Bytes& whole) {
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto image =
        decode_image(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)));
    EXPECT_TRUE(!image || image->pixels.size() == 18) << n;
  }
}

TEST(Webp, IsDecoded) {
  const auto image = decode_image(from_hexadecimal(kWebp));
  if (!image && image.error().code == Code::kUnsupported) GTEST_SKIP() << image.error().message;
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->width, 3);
  EXPECT_THAT(image->pixels, ElementsAre(MOTE_PIXELS));
  expect_no_surprise(from_hexadecimal(kWebp));
}

TEST(Jpeg2000, IsDecoded) {
  const auto image = decode_image(from_hexadecimal(kJpeg2000));
  if (!image && image.error().code == Code::kUnsupported) GTEST_SKIP() << image.error().message;
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->width, 3);
  EXPECT_THAT(image->pixels, ElementsAre(MOTE_PIXELS));
  expect_no_surprise(from_hexadecimal(kJpeg2000));
}

// Sizes are at 8, those of tiles at 24, the number of components at 40; styles from 51 to 65.
TEST(Jpeg2000, HeadersThatAskForTooMuchAreRefused) {
  const Bytes whole = from_hexadecimal(kJpeg2000);
  if (!decode_image(whole)) GTEST_SKIP() << "this build is without OpenJPEG";
  const auto with = [&](std::size_t at, std::initializer_list<std::uint8_t> bytes) {
    Bytes changed = whole;
    for (const std::uint8_t b : bytes) changed[at++] = std::byte{b};
    return changed;
  };
  Bytes tiles = with(8, {0, 1, 0, 0, 0, 1, 0, 0});
  std::copy_n(with(24, {0, 0, 0, 1, 0, 0, 0, 1}).begin() + 24, 8, tiles.begin() + 24);
  EXPECT_THAT(problem(tiles), HasSubstr("4294967296 tiles, more than 4096"));
  EXPECT_THAT(problem(with(40, {0x40, 0})), HasSubstr("16384 components, more than 4"));
  EXPECT_THAT(problem(with(57, {0xFF, 0xFF})), HasSubstr("65535 layers, more than 256"));
  Bytes precincts = with(54, {13, 1});
  precincts.insert(precincts.begin() + 65, std::byte{0x44});
  EXPECT_THAT(problem(precincts), HasSubstr("precincts smaller than 32 samples"));
  Bytes huge = with(8, {0, 1, 0, 0, 0, 1, 0, 0});
  std::copy_n(with(24, {0, 1, 0, 0, 0, 1, 0, 0}).begin() + 24, 8, huge.begin() + 24);
  EXPECT_THAT(problem(huge), HasSubstr("over the limit"));
}

}  // namespace
}  // namespace mote
