#include "cli/commands/run/draw_boxes.h"

#include <algorithm>
#include <cmath>

#include "media/draw/canvas.h"

namespace mote::cli {
namespace {

// How many image pixels a pixel of the font takes: 2 for a photo of 500 pixels.
std::int32_t scale_for(const Image& image) {
  return std::clamp((std::min(image.width, image.height) + 150) / 250, 1, 16);
}

std::int32_t rounded(float v) { return static_cast<std::int32_t>(std::lround(v)); }

// Above the box; within it, where the image ends above; never beyond the right edge.
void draw_label(Canvas& canvas, const Image& image, const Rectangle& box, const std::string& label,
                std::int32_t scale, Color color) {
  const std::int32_t pad = scale;
  const std::int32_t width = Canvas::text_width(label, scale) + 2 * pad;
  const std::int32_t height = Canvas::text_height(scale) + 2 * pad - scale / 2;
  const std::int32_t x = std::max(0, std::min(box.x0, image.width - width));
  const std::int32_t y = box.y0 >= height ? box.y0 - height : box.y0;
  canvas.fill({x, y, x + width, y + height}, color);
  canvas.text(label, x + pad, y + pad, scale, readable_on(color));
}

}  // namespace

Image draw_boxes(const Image& image, std::span<const LabelledBox> boxes) {
  Image drawn = to_rgb(image);
  Canvas canvas(drawn);
  const std::int32_t scale = scale_for(drawn);
  const std::int32_t thickness = std::max(2, scale * 3 / 2);
  for (auto b = boxes.rbegin(); b != boxes.rend(); ++b) {
    const Rectangle area{rounded(b->box.x0), rounded(b->box.y0), rounded(b->box.x1),
                         rounded(b->box.y1)};
    canvas.frame(area, thickness, color_of(b->color));
  }
  // Labels last, lest a frame crosses them.
  for (auto b = boxes.rbegin(); b != boxes.rend(); ++b) {
    const Rectangle area{rounded(b->box.x0), rounded(b->box.y0), rounded(b->box.x1),
                         rounded(b->box.y1)};
    draw_label(canvas, drawn, area, b->label, scale, color_of(b->color));
  }
  return drawn;
}

}  // namespace mote::cli
