// Detectors that are known by their interface.
#pragma once
#include <optional>

#include "tasks/model_view.h"
#include "tasks/task.h"

namespace mote {

// One image in, and, with n cells in the grids of strides 8, 16 and 32 on it:
// - [1, n, 5 + classes]: YOLOX;
// - [1, 4 + classes, n]: YOLOv8 and its successors; [1, 3 n, 5 + classes]: YOLOv5;
// - [1, boxes, 6]: detectors that choose by themselves, as YOLOv10: box, score, class;
// - `scores` [1, anchors, 2] and `boxes` [1, anchors, 4] with the anchors of Ultra-Light-Fast,
//   decoded already if the graph has an Exp, or is not known;
// - `detection_boxes`, `_scores`, `_classes`, `num_detections`: TensorFlow's detection API.
// What each family takes and gives is filled in as it was trained. Null: another interface.
std::optional<TaskDescription> guess_detection(const ModelView& model);

}  // namespace mote
