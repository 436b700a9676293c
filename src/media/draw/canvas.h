// Lines and letters on an image.
#pragma once
#include <cstdint>
#include <string_view>

#include "media/image.h"

namespace mote {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  bool operator==(const Color&) const = default;
};

// A colour for each number, as different from its neighbours as may be, and none too dark or pale.
Color color_of(std::int64_t number);
// Black or white, whichever can be read on `background`.
Color readable_on(Color background);

// Pixels [x0, x1) x [y0, y1).
struct Rectangle {
  std::int32_t x0 = 0;
  std::int32_t y0 = 0;
  std::int32_t x1 = 0;
  std::int32_t y1 = 0;
};

// What lies outside the image is not drawn.
class Canvas {
 public:
  // Requires: an RGB image, which outlives this.
  explicit Canvas(Image& image);

  void fill(const Rectangle& area, Color color);
  // Its edges, `thickness` pixels wide, inwards.
  void frame(const Rectangle& area, std::int32_t thickness, Color color);
  // text: UTF-8; characters other than ASCII are frames. (x, y): the upper left corner. Each pixel
  // of the font becomes scale x scale.
  void text(std::string_view text, std::int32_t x, std::int32_t y, std::int32_t scale, Color color);

  static std::int32_t text_width(std::string_view text, std::int32_t scale);
  static std::int32_t text_height(std::int32_t scale);

 private:
  Image& image_;
};

}  // namespace mote
