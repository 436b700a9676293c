#include "cli/commands/run/draw_findings.h"

#include <algorithm>
#include <cmath>

#include "media/draw/canvas.h"

namespace mote::cli {
namespace {

constexpr Color kEdge{0, 0, 0};

// Of a square around (x, y); beyond the image by more than its side nothing is drawn.
void dot(Canvas& canvas, float x, float y, std::int32_t radius, Color color) {
  constexpr float kFar = 1e6F;
  if (std::abs(x) > kFar || std::abs(y) > kFar) return;
  const auto left = static_cast<std::int32_t>(std::lround(x)) - radius;
  const auto top = static_cast<std::int32_t>(std::lround(y)) - radius;
  canvas.fill({left, top, left + 2 * radius + 1, top + 2 * radius + 1}, color);
}

// A longer line is of no photo: models may give any place.
constexpr float kMaxSteps = 100'000;

void line(Canvas& canvas, const PosePoint& a, const PosePoint& b, std::int32_t radius,
          Color color) {
  const float length = std::max({std::abs(b.x - a.x), std::abs(b.y - a.y), 1.0F});
  if (length > kMaxSteps) return;
  const auto steps = static_cast<std::int32_t>(std::ceil(length));
  for (std::int32_t i = 0; i <= steps; ++i) {
    const float share = static_cast<float>(i) / static_cast<float>(steps);
    dot(canvas, std::lerp(a.x, b.x, share), std::lerp(a.y, b.y, share), radius, color);
  }
}

std::uint8_t half(std::uint8_t pixel, std::uint8_t color) {
  return static_cast<std::uint8_t>((pixel + color + 1) / 2);
}

}  // namespace

Image draw_pose(const Image& image, std::span<const PosePoint> points, std::span<const Limb> limbs,
                float threshold) {
  Image drawn = to_rgb(image);
  Canvas canvas(drawn);
  const std::int32_t radius = std::clamp(std::min(drawn.width, drawn.height) / 250, 1, 16);
  const auto counts = [&](std::int32_t i) {
    return i >= 0 && i < std::ssize(points) &&
           points[static_cast<std::size_t>(i)].score >= threshold;
  };
  for (std::size_t i = 0; i < limbs.size(); ++i) {
    if (!counts(limbs[i].from) || !counts(limbs[i].to)) continue;
    line(canvas, points[static_cast<std::size_t>(limbs[i].from)],
         points[static_cast<std::size_t>(limbs[i].to)], radius,
         color_of(static_cast<std::int64_t>(i)));
  }
  for (const PosePoint& p : points) {
    if (p.score < threshold) continue;
    dot(canvas, p.x, p.y, 2 * radius + 1, kEdge);
    dot(canvas, p.x, p.y, 2 * radius, {255, 255, 255});
  }
  return drawn;
}

Image draw_segments(const Image& image, const SegmentMap& map,
                    std::optional<std::int64_t> background) {
  Image drawn = to_rgb(image);
  std::uint8_t* pixel = drawn.pixels.data();
  for (const std::int32_t index : map.classes) {
    if (index != kNoClass && index != background) {
      const Color color = color_of(index);
      pixel[0] = half(pixel[0], color.red);
      pixel[1] = half(pixel[1], color.green);
      pixel[2] = half(pixel[2], color.blue);
    }
    pixel += 3;
  }
  return drawn;
}

}  // namespace mote::cli
