#include "media/draw/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"
#include "media/draw/font.h"

namespace mote {
namespace {

constexpr std::int32_t kAdvance = kGlyphWidth + 1;

// The bytes that begin a character.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

// Of a hue in [0, 6), full of colour, at `value` of brightness.
Color from_hue(double hue, double value) {
  const auto channel = [&](double shift) {
    const double k = std::fmod(shift + hue, 6.0);
    const double v = value * (1.0 - std::clamp(std::min(k, 4.0 - k), 0.0, 1.0));
    return static_cast<std::uint8_t>(std::lround(255.0 * v));
  };
  return {channel(5.0), channel(3.0), channel(1.0)};
}

}  // namespace

Color color_of(std::int64_t number) {
  // Steps of the golden ratio never come close to where they have been.
  constexpr double kGolden = 0.6180339887498949;
  const double turns = 0.02 + static_cast<double>(number % 65'536) * kGolden;
  return from_hue(6.0 * (turns - std::floor(turns)), number % 2 == 0 ? 1.0 : 0.85);
}

Color readable_on(Color background) {
  const int luma = 299 * background.red + 587 * background.green + 114 * background.blue;
  return luma > 128'000 ? Color{0, 0, 0} : Color{255, 255, 255};
}

Canvas::Canvas(Image& image) : image_(image) { MOTE_CHECK(image.channels == 3); }

void Canvas::fill(const Rectangle& area, Color color) {
  const std::int32_t x0 = std::max(area.x0, 0);
  const std::int32_t x1 = std::min(area.x1, image_.width);
  const std::int32_t y1 = std::min(area.y1, image_.height);
  for (std::int32_t y = std::max(area.y0, 0); y < y1; ++y) {
    for (std::int32_t x = x0; x < x1; ++x) {
      std::uint8_t* pixel = &image_.pixels[3 * (static_cast<std::size_t>(y) * image_.width + x)];
      pixel[0] = color.red;
      pixel[1] = color.green;
      pixel[2] = color.blue;
    }
  }
}

void Canvas::frame(const Rectangle& area, std::int32_t thickness, Color color) {
  const auto& [x0, y0, x1, y1] = area;
  fill({x0, y0, x1, std::min(y0 + thickness, y1)}, color);
  fill({x0, std::max(y1 - thickness, y0), x1, y1}, color);
  fill({x0, y0, std::min(x0 + thickness, x1), y1}, color);
  fill({std::max(x1 - thickness, x0), y0, x1, y1}, color);
}

void Canvas::text(std::string_view text, std::int32_t x, std::int32_t y, std::int32_t scale,
                  Color color) {
  for (const char c : text) {
    if (!begins_character(c)) continue;
    const Glyph& glyph = glyph_of(c);
    for (std::int32_t row = 0; row < kGlyphHeight; ++row) {
      for (std::int32_t column = 0; column < kGlyphWidth; ++column) {
        const bool set = (glyph[static_cast<std::size_t>(row)] >> (kGlyphWidth - 1 - column)) & 1U;
        if (!set) continue;
        const std::int32_t left = x + column * scale;
        const std::int32_t top = y + row * scale;
        fill({left, top, left + scale, top + scale}, color);
      }
    }
    x += kAdvance * scale;
    if (x >= image_.width) break;
  }
}

std::int32_t Canvas::text_width(std::string_view text, std::int32_t scale) {
  const auto characters = std::ranges::count_if(text, begins_character);
  constexpr std::int64_t kMost = 65'535;  // wider than any image
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(characters * kAdvance * scale - scale, 0, kMost));
}

std::int32_t Canvas::text_height(std::int32_t scale) { return kGlyphHeight * scale; }

}  // namespace mote
