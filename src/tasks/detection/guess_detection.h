// Detectors that are known by their interface.
#pragma once
#include <optional>
#include <span>

#include "mote/model.h"
#include "tasks/task.h"

namespace mote {

// One image in, and, with n cells in the grids of strides 8, 16 and 32 on it:
// - [1, n, 5 + classes]: YOLOX;
// - [1, 4 + classes, n]: YOLOv8 and its successors; [1, 3 n, 5 + classes]: YOLOv5;
// - [1, boxes, 6]: detectors that choose by themselves, as YOLOv10: box, score, class;
// - `scores` [1, anchors, 2] and `boxes` [1, anchors, 4] with the anchors of Ultra-Light-Fast;
// - `detection_boxes`, `_scores`, `_classes`, `num_detections`: TensorFlow's detection API.
// What each family takes and gives is filled in as it was trained. Null: another interface.
std::optional<TaskDescription> guess_detection(std::span<const TensorInfo> inputs,
                                               std::span<const TensorInfo> outputs);

}  // namespace mote
