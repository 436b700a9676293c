// Non-maximum suppression.
#pragma once
#include <vector>

#include "tasks/detection/detection.h"

namespace mote {

// Intersection over union, 0 to 1. Boxes without an area overlap nothing.
float iou(const Box& a, const Box& b);

// Sorts by score, best first, of equal ones in the order they had; then each box drops those after
// it that overlap it by more than `iou_threshold`, of its class or of all, as `nms` says. At most
// `max_boxes` stay.
void suppress(std::vector<Detection>& detections, Nms nms, float iou_threshold,
              std::size_t max_boxes);

}  // namespace mote
