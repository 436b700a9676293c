// TIFF: strips and tiles, both byte orders, each compression; files that are damaged or bombs.
#include "media/tiff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <numeric>

#include "media/test_images.h"
#include "media/tiff_strip.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using Pixels = std::vector<std::uint8_t>;

struct Entry {
  std::uint32_t tag;
  std::vector<std::uint32_t> values;
};

// A file of one directory and the strips or tiles `pieces`, whose offsets and sizes are put in.
Bytes make_tiff(std::vector<Entry> entries, const std::vector<Pixels>& pieces, bool big_endian,
                bool tiled) {
  Bytes bytes = bytes_of(big_endian ? "MM" : "II");
  const auto put = [&](std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i) {
      bytes.push_back(static_cast<std::byte>(value >> 8 * (big_endian ? size - 1 - i : i)));
    }
  };
  std::uint32_t data = 8;
  Entry offsets{tiled ? 324U : 273U, {}}, sizes{tiled ? 325U : 279U, {}};
  for (const Pixels& piece : pieces) {
    offsets.values.push_back(data);
    sizes.values.push_back(static_cast<std::uint32_t>(piece.size()));
    data += static_cast<std::uint32_t>(piece.size());
  }
  entries.push_back(offsets);
  entries.push_back(sizes);
  put(42, 2);
  put(data, 4);
  for (const Pixels& piece : pieces) {
    for (const std::uint8_t b : piece) bytes.push_back(std::byte{b});
  }
  put(static_cast<std::uint32_t>(entries.size()), 2);
  auto values_at = data + 2 + 12 * static_cast<std::uint32_t>(entries.size());
  for (const Entry& e : entries) {
    put(e.tag, 2);
    put(4, 2);
    put(static_cast<std::uint32_t>(e.values.size()), 4);
    put(e.values.size() == 1 ? e.values[0] : values_at, 4);
    if (e.values.size() > 1) values_at += 4 * static_cast<std::uint32_t>(e.values.size());
  }
  for (const Entry& e : entries) {
    for (std::size_t i = 0; i < e.values.size() && e.values.size() > 1; ++i) put(e.values[i], 4);
  }
  return bytes;
}

std::vector<Entry> grey(std::uint32_t width, std::uint32_t height, std::uint32_t bits = 8,
                        std::uint32_t compression = 1) {
  return {{256, {width}}, {257, {height}}, {258, {bits}}, {259, {compression}}, {262, {1}}};
}

std::vector<Entry> with(std::vector<Entry> entries, std::vector<Entry> more) {
  for (const Entry& e : more) {
    std::erase_if(entries, [&](const Entry& old) { return old.tag == e.tag; });
    entries.push_back(e);
  }
  return entries;
}

Pixels decoded(const std::vector<Entry>& entries, const std::vector<Pixels>& pieces,
               bool big_endian = false, bool tiled = false) {
  const auto image = decode_image(make_tiff(entries, pieces, big_endian, tiled));
  EXPECT_TRUE(image) << image.error().message;
  return image ? image->pixels : Pixels();
}

std::string problem(const std::vector<Entry>& entries, const std::vector<Pixels>& pieces,
                    bool tiled = false) {
  const auto image = decode_image(make_tiff(entries, pieces, false, tiled));
  return image ? "none" : image.error().message;
}

TEST(Tiff, ReadsStripsOfEitherByteOrder) {
  for (const bool big_endian : {false, true}) {
    EXPECT_THAT(decoded(with(grey(2, 3), {{278, {2}}}), {{1, 2, 3, 4}, {5, 6}}, big_endian),
                ElementsAre(1, 2, 3, 4, 5, 6));
  }
  EXPECT_THAT(decoded(grey(2, 1, 16), {{1, 2, 3, 4}}, false), ElementsAre(2, 4));
  EXPECT_THAT(decoded(grey(2, 1, 16), {{1, 2, 3, 4}}, true), ElementsAre(1, 3));
}

TEST(Tiff, ReadsTilesThatReachBeyondThePicture) {
  const std::vector<Entry> entries = with(grey(3, 2), {{322, {2}}, {323, {2}}});
  EXPECT_THAT(decoded(entries, {{1, 2, 4, 5}, {3, 0, 6, 0}}, false, true),
              ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Tiff, ReadsFewBitsWhiteAsZeroAndPalettes) {
  EXPECT_THAT(decoded(grey(3, 1, 1), {{0b10100000}}), ElementsAre(255, 0, 255));
  EXPECT_THAT(decoded(with(grey(3, 1, 4), {{262, {0}}}), {{0x0F, 0x10}}), ElementsAre(255, 0, 238));
  Entry colors{320, std::vector<std::uint32_t>(48)};
  colors.values[1] = 0x1100, colors.values[17] = 0x2200, colors.values[33] = 0x33FF;
  EXPECT_THAT(decoded(with(grey(2, 1, 4), {{262, {3}}, colors}), {{0x10}}),
              ElementsAre(0x11, 0x22, 0x33, 0, 0, 0));
}

TEST(Tiff, DropsAlphaAndTurnsUpright) {
  EXPECT_THAT(
      decoded(with(grey(1, 1), {{258, {8, 8, 8, 8}}, {262, {2}}, {277, {4}}}), {{1, 2, 3, 4}}),
      ElementsAre(1, 2, 3));
  // The fixture's entries are 32 bits wide; an orientation of that size is none.
  EXPECT_THAT(decoded(with(grey(2, 1), {{274, {3}}}), {{1, 2}}), ElementsAre(1, 2));
}

TEST(Tiff, UndoesThePredictor) {
  EXPECT_THAT(decoded(with(grey(3, 1), {{317, {2}}}), {{250, 10, 1}}), ElementsAre(250, 4, 5));
  EXPECT_THAT(decoded(with(grey(2, 1, 16), {{317, {2}}}), {{0xFF, 0x01, 0x01, 0x00}}),
              ElementsAre(1, 2));
}

TEST(Tiff, UnpacksEachCompression) {
  EXPECT_THAT(decoded(grey(5, 1, 8, 32773), {{1, 7, 8, 254, 9}}), ElementsAre(7, 8, 9, 9, 9));
  Pixels packed(64);
  const Pixels pixels = {1, 2, 3, 4, 5};
  uLongf size = packed.size();
  ASSERT_EQ(compress(packed.data(), &size, pixels.data(), pixels.size()), Z_OK);
  packed.resize(size);
  EXPECT_THAT(decoded(grey(5, 1, 8, 8), {packed}), ElementsAreArray(pixels));
  // Clear, 7, 8, the string 7 8, the end: codes of nine bits.
  EXPECT_THAT(decoded(grey(4, 1, 8, 5), {{0x80, 0x01, 0xC1, 0x10, 0x28, 0x08}}),
              ElementsAre(7, 8, 7, 8));
}

// A code for the string that is just being made: 7, then 7 7, then 7 7 7.
TEST(Tiff, ReadsLzwCodesAheadOfTheTable) {
  Pixels out(6);
  const Pixels packed = {0x80, 0x01, 0xE0, 0x50, 0x38};
  EXPECT_TRUE(unpack_strip(TiffCompression::kLzw, packed, out));
  EXPECT_THAT(out, testing::Each(7));
}

TEST(Tiff, DamageIsNamed) {
  EXPECT_THAT(problem(grey(3, 1), {{1, 2}}), HasSubstr("strip or tile 0 is damaged or cut short"));
  EXPECT_THAT(problem(grey(3, 1, 8, 5), {{0x80, 0x7F, 0xFF}}), HasSubstr("strip or tile 0"));
  EXPECT_THAT(problem(grey(3, 1, 8, 8), {{1, 2, 3}}), HasSubstr("strip or tile 0"));
  EXPECT_THAT(problem(grey(3, 1, 8, 32773), {{5, 1}}), HasSubstr("strip or tile 0"));
  EXPECT_THAT(problem(with(grey(2, 3), {{278, {1}}}), {{1, 2}}), HasSubstr("strip or tile 1"));
  EXPECT_THAT(problem(with(grey(1, 1, 8), {{262, {3}}}), {{1}}), HasSubstr("without colours"));
  EXPECT_THAT(problem(grey(0, 1), {{}}), HasSubstr("a side of 0 pixels"));
  const Bytes whole = make_tiff(grey(2, 1), {{1, 2}}, false, false);
  for (std::size_t n = 4; n + 2 < whole.size(); ++n) {
    EXPECT_FALSE(decode_image(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))))
        << n;
  }
}

TEST(Tiff, NamesWhatItDoesNotRead) {
  EXPECT_THAT(problem(grey(1, 1, 8, 7), {{1}}), HasSubstr("compression 7 is not supported"));
  EXPECT_THAT(problem(with(grey(1, 1), {{262, {6}}}), {{1}}), HasSubstr("colour space 6"));
  EXPECT_THAT(problem(grey(1, 1, 32), {{1, 2, 3, 4}}), HasSubstr("sample size 32"));
  EXPECT_THAT(problem(with(grey(1, 1), {{339, {3}}}), {{1}}), HasSubstr("sample format 3"));
  EXPECT_THAT(problem(with(grey(1, 1), {{277, {3}}, {262, {2}}, {284, {2}}}), {{1, 2, 3}}),
              HasSubstr("planar configuration 2"));
}

TEST(Tiff, PromisesAreCheckedBeforeMemoryIsTaken) {
  EXPECT_THAT(problem(grey(16777215, 16777215), {{1}}), HasSubstr("over the limit"));
  EXPECT_THAT(problem(grey(4294967295, 1), {{1}}), HasSubstr("a side of 4294967295"));
  EXPECT_THAT(problem(grey(9000, 9000), {{1}}), HasSubstr("cannot hold"));
  // Each tile is one column of the picture and sixteen million rows.
  EXPECT_THAT(problem(with(grey(90, 1), {{322, {1}}, {323, {16000000}}}),
                      std::vector<Pixels>(90, Pixels(200)), true),
              HasSubstr("far larger than the picture"));
}

}  // namespace
}  // namespace mote
