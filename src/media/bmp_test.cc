// BMP: depths, orders of rows, masks; files that are damaged or promise too much.
#include "media/bmp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/test_images.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Pixels = std::vector<std::uint8_t>;

void put(Bytes& bytes, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::byte>(value >> 8 * i));
}

struct BmpOptions {
  std::uint32_t compression = 0;
  Bytes between = {};  // palette or masks
};

Bytes make_bmp(std::int32_t width, std::int32_t height, std::uint32_t bits, const Pixels& rows,
               const BmpOptions& options = {}) {
  Bytes bytes = bytes_of("BM");
  const auto before = static_cast<std::uint32_t>(14 + 40 + options.between.size());
  put(bytes, before + static_cast<std::uint32_t>(rows.size()), 4);
  put(bytes, 0, 4);
  put(bytes, before, 4);
  put(bytes, 40, 4);
  put(bytes, static_cast<std::uint32_t>(width), 4);
  put(bytes, static_cast<std::uint32_t>(height), 4);
  put(bytes, 1, 2);
  put(bytes, bits, 2);
  put(bytes, options.compression, 4);
  for (int i = 0; i < 5; ++i) put(bytes, 0, 4);
  bytes.insert(bytes.end(), options.between.begin(), options.between.end());
  for (const std::uint8_t b : rows) bytes.push_back(std::byte{b});
  return bytes;
}

Pixels decoded(const Bytes& bmp) {
  const auto image = decode_image(bmp);
  EXPECT_TRUE(image) << image.error().message;
  if (!image) return {};
  EXPECT_EQ(image->channels, 3);
  return image->pixels;
}

void expect_error(const Bytes& bytes, Code code, std::string_view message,
                  const DecodeLimits& limits = {}) {
  const auto result = decode_image(bytes, limits);
  ASSERT_FALSE(result) << message;
  EXPECT_EQ(result.error().code, code) << result.error().message;
  EXPECT_THAT(result.error().message, HasSubstr(std::string(message)));
}

TEST(Bmp, RowsRunUpwardsUnlessTheHeightIsNegative) {
  const Pixels rows = {3, 2, 1, 0, 6, 5, 4, 0};  // filled up to four bytes
  EXPECT_THAT(decoded(make_bmp(1, 2, 24, rows)), ElementsAre(4, 5, 6, 1, 2, 3));
  EXPECT_THAT(decoded(make_bmp(1, -2, 24, rows)), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Bmp, PalettesAreExpandedAndBlackBeyondTheirEnd) {
  Bytes palette;
  put(palette, 0x010203, 4);
  put(palette, 0xC86432, 4);
  EXPECT_THAT(decoded(make_bmp(3, 1, 1, {0b10100000, 0, 0, 0}, {.between = palette})),
              ElementsAre(200, 100, 50, 1, 2, 3, 200, 100, 50));
  EXPECT_THAT(decoded(make_bmp(2, 1, 4, {0x1F, 0, 0, 0}, {.between = palette})),
              ElementsAre(200, 100, 50, 0, 0, 0));
  EXPECT_THAT(decoded(make_bmp(2, 1, 8, {0, 255, 0, 0}, {.between = palette})),
              ElementsAre(1, 2, 3, 0, 0, 0));
}

TEST(Bmp, MasksSayWhichBitsAreWhich) {
  EXPECT_THAT(decoded(make_bmp(1, 1, 16, {0x1F, 0x7C, 0, 0})), ElementsAre(255, 0, 255));
  EXPECT_THAT(decoded(make_bmp(1, 1, 32, {1, 2, 3, 4})), ElementsAre(3, 2, 1));
  Bytes masks;
  for (const std::uint32_t mask : {0xF800U, 0x07E0U, 0x001FU}) put(masks, mask, 4);
  EXPECT_THAT(decoded(make_bmp(1, 1, 16, {0xE0, 0x07, 0, 0}, {.compression = 3, .between = masks})),
              ElementsAre(0, 255, 0));
}

TEST(Bmp, DamageIsNamed) {
  Bytes cut = make_bmp(1, 2, 24, {3, 2, 1, 0, 6, 5, 4, 0});
  cut.pop_back();  // what fills up the last row may be missing
  EXPECT_TRUE(decode_image(cut));
  cut.pop_back();
  expect_error(cut, Code::kCorrupt, "truncated BMP");
  for (std::size_t size = 2; size < 54; ++size) {
    expect_error(Bytes(cut.begin(), cut.begin() + static_cast<std::ptrdiff_t>(size)),
                 Code::kCorrupt, "BMP");
  }
  expect_error(make_bmp(0, 1, 24, {}), Code::kCorrupt, "0x1 pixels");
  expect_error(make_bmp(1, 1, 7, {0, 0, 0, 0}), Code::kCorrupt, "7 bits for a pixel");
  expect_error(make_bmp(1, 1, 8, {0}, {.compression = 1}), Code::kUnsupported, "compressed");
  Bytes masks;
  for (const std::uint32_t mask : {5U, 2U, 1U}) put(masks, mask, 4);
  expect_error(make_bmp(1, 1, 32, {0, 0, 0, 0}, {.compression = 3, .between = masks}),
               Code::kCorrupt, "mask 5 is not one run of bits");
}

TEST(Bmp, PromisesAreCheckedBeforeMemoryIsTaken) {
  expect_error(make_bmp(0x7FFFFFFF, 0x7FFFFFFF, 24, {}), Code::kInvalidArgument, "over the limit");
  expect_error(make_bmp(0x7FFFFFFF, static_cast<std::int32_t>(0x80000000), 32, {}),
               Code::kInvalidArgument, "over the limit");
  expect_error(make_bmp(9000, 9000, 24, {}), Code::kCorrupt, "truncated BMP");
  expect_error(make_bmp(10, 10, 24, Pixels(320)), Code::kResourceExhausted, "over the limit",
               {.max_memory_bytes = 299});
}

}  // namespace
}  // namespace mote
