// From a detector's outputs to boxes in an image.
#pragma once
#include <span>
#include <vector>

#include "mote/model.h"
#include "mote/tensor.h"
#include "tasks/image/placement.h"
#include "tasks/task.h"

namespace mote {

// The corners of a rectangle, in pixels; x and y grow to the right and down.
struct Box {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;
  bool operator==(const Box&) const = default;
};

struct Detection {
  Box box;
  std::int64_t index = 0;  // of the class
  float score = 0;
};

// An output with its place among the model's.
struct DetectorPart {
  const OutputDescription* description = nullptr;
  std::size_t index = 0;
  explicit operator bool() const { return description != nullptr; }
};

// What of a detector's answer is where; not all are there.
struct DetectorParts {
  DetectorPart boxes;   // kBoxes or kDetections
  DetectorPart scores;  // the same output, if that is kDetections
  DetectorPart classes;
  DetectorPart count;
  DetectorPart selected;
};

// Reads what a description says that a model's outputs hold. Immutable.
class Detector {
 public:
  // task: bound to a model with these outputs, and outlives this.
  // Errors: kInvalidArgument: outputs that do not go together: boxes that are there twice or have
  // no scores.
  static Result<Detector> create(const TaskDescription& task, std::span<const TensorInfo> outputs);

  // The output that tells the classes, with their labels; null if there are none.
  const OutputDescription* classes() const;

  // Boxes in pixels of the model's image, best first, after suppression. Those with numbers that
  // are not finite are left out, as are those without an area. Of many, the 8192 best count.
  // outputs: what the model gave. Errors: kInvalidArgument: sizes that do not go together, more
  // than one image; kUnsupported: types that are no numbers.
  Result<std::vector<Detection>> detect(std::span<const Tensor> outputs, ImageSize image) const;

 private:
  DetectorParts parts_;
};

// Moves boxes from the model's image to the image that lies in it as `place` says, and cuts them at
// its edges; those outside are dropped.
void move_to_image(std::vector<Detection>& detections, const ImagePlacement& place,
                   ImageSize image);

}  // namespace mote
