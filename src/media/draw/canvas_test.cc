#include "media/draw/canvas.h"

#include <gmock/gmock.h>

#include <set>
#include <tuple>

#include "media/draw/font.h"

namespace mote {
namespace {

constexpr Color kWhite = {255, 255, 255};

Image black(std::int32_t width, std::int32_t height) {
  Image image{width, height, 3, {}};
  image.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  return image;
}

// A line of text for each row of pixels.
std::string shown(const Image& image) {
  std::string out;
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    out += image.pixels[i] == 0 ? '.' : '#';
    if (i / 3 % static_cast<std::size_t>(image.width) + 1 == static_cast<std::size_t>(image.width))
      out += '\n';
  }
  return out;
}

TEST(Canvas, FramesLieWithinTheirArea) {
  Image image = black(6, 5);
  Canvas(image).frame({1, 0, 6, 5}, 1, kWhite);
  EXPECT_EQ(shown(image),
            ".#####\n"
            ".#...#\n"
            ".#...#\n"
            ".#...#\n"
            ".#####\n");
}

TEST(Canvas, WritesLetters) {
  Image image = black(12, 8);
  Canvas(image).text("Lg", 0, 0, 1, kWhite);
  EXPECT_EQ(shown(image),
            "#...........\n"
            "#...........\n"
            "#......####.\n"
            "#.....#...#.\n"
            "#.....#...#.\n"
            "#......####.\n"
            "#####.....#.\n"
            ".......###..\n");
  EXPECT_EQ(Canvas::text_width("Lg", 1), 11);
}

TEST(Canvas, ScalesLetters) {
  Image image = black(4, 4);
  Canvas(image).text("L", 0, 0, 2, kWhite);
  EXPECT_EQ(shown(image), "##..\n##..\n##..\n##..\n");
}

TEST(Canvas, AFrameStandsForACharacterThatTheFontHasNot) {
  EXPECT_EQ(Canvas::text_width("h\xc3\xbc", 1), Canvas::text_width("hu", 1));
  EXPECT_EQ(&glyph_of('\xc3'), &glyph_of('\n'));
  EXPECT_NE(&glyph_of('~'), &glyph_of('\x7f'));
}

TEST(Canvas, CutsWhatLiesOutside) {
  Image image = black(3, 3);
  Canvas canvas(image);
  canvas.fill({-100, -100, 1, 1}, kWhite);
  canvas.fill({2, 2, 2'000'000'000, 2'000'000'000}, kWhite);
  canvas.frame({5, 5, 9, 9}, 3, kWhite);
  canvas.text("way out", -40, 40, 3, kWhite);
  EXPECT_EQ(shown(image), "#..\n...\n..#\n");
}

TEST(ColorOf, DiffersForNumbersThatOccurTogether) {
  std::set<std::tuple<int, int, int>> colors;
  for (int i = 0; i < 80; ++i) {
    const Color c = color_of(i);
    colors.emplace(c.red, c.green, c.blue);
  }
  EXPECT_EQ(colors.size(), 80U);
  EXPECT_EQ(color_of(3), color_of(3));
  EXPECT_EQ(readable_on({255, 255, 0}), (Color{0, 0, 0}));
  EXPECT_EQ(readable_on({0, 0, 255}), kWhite);
}

}  // namespace
}  // namespace mote
