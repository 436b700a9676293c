// From a model's outputs to the points of a body in an image.
#pragma once
#include <span>
#include <vector>

#include "mote/model.h"
#include "mote/tensor.h"
#include "tasks/image/placement.h"
#include "tasks/task.h"

namespace mote {

// In pixels; x and y grow to the right and down.
struct PosePoint {
  float x = 0;
  float y = 0;
  float score = 0;
};

// Reads what a description says that a model's outputs hold: the coordinates of points, [..., n,
// 3], or a heat map for each with offsets. Immutable.
class PoseReader {
 public:
  // task: bound to a model with these outputs, and outlives this. Errors: kInvalidArgument: no
  // points, points that are there twice, heat maps without offsets.
  static Result<PoseReader> create(const TaskDescription& task,
                                   std::span<const TensorInfo> outputs);

  const PoseRule& rule() const { return points_->pose; }
  // Of `count` points: the description's, COCO's or numbers.
  std::vector<std::string> names(std::size_t count) const;
  std::span<const Limb> limbs(std::size_t count) const;

  // Every point, in pixels of the model's image. Of a heat map it is the hottest cell (of equal
  // ones the first, row by row), times the stride, plus that cell's offset, as in PoseNet
  // (Papandreou et al., PersonLab, 2018); points whose numbers are not finite have score 0.
  // Errors: kInvalidArgument: other sizes, other points than there are names; kUnsupported: types
  // that are no numbers.
  Result<std::vector<PosePoint>> read(std::span<const Tensor> outputs, ImageSize image) const;

 private:
  Result<std::vector<PosePoint>> read_coordinates(const Tensor& output, ImageSize image) const;
  Result<std::vector<PosePoint>> read_heatmaps(const Tensor& heat, const Tensor& offsets,
                                               ImageSize image) const;

  const OutputDescription* points_ = nullptr;   // kKeypoints or kHeatmaps
  const OutputDescription* offsets_ = nullptr;  // beside kHeatmaps
  std::size_t points_index_ = 0;
  std::size_t offsets_index_ = 0;
};

// From the model's image to the image that lies in it as `place` says; points outside stay there.
void move_to_image(std::vector<PosePoint>& points, const ImagePlacement& place);

}  // namespace mote
