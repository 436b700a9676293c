#include "tasks/detection/suppress.h"

#include <algorithm>

namespace mote {

float iou(const Box& a, const Box& b) {
  const double width = double{std::min(a.x1, b.x1)} - std::max(a.x0, b.x0);
  const double height = double{std::min(a.y1, b.y1)} - std::max(a.y0, b.y0);
  if (!(width > 0.0 && height > 0.0)) return 0.0F;
  const auto area = [](const Box& box) {
    return (double{box.x1} - box.x0) * (double{box.y1} - box.y0);
  };
  const double both = width * height;
  return static_cast<float>(both / (area(a) + area(b) - both));
}

void suppress(std::vector<Detection>& detections, Nms nms, float iou_threshold,
              std::size_t max_boxes) {
  std::ranges::stable_sort(detections, std::ranges::greater(), &Detection::score);
  std::vector<Detection> kept;
  for (const Detection& d : detections) {
    if (kept.size() == max_boxes) break;
    const bool dropped =
        nms != Nms::kNone && std::ranges::any_of(kept, [&](const Detection& k) {
          return (nms == Nms::kAll || k.index == d.index) && iou(k.box, d.box) > iou_threshold;
        });
    if (!dropped) kept.push_back(d);
  }
  detections = std::move(kept);
}

}  // namespace mote
