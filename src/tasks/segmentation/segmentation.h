// From a model's output to the class of each pixel of an image.
#pragma once
#include <vector>

#include "mote/tensor.h"
#include "tasks/image/placement.h"
#include "tasks/task.h"

namespace mote {

// Classes [height, width] of an image's pixels; kNoClass where the model did not see it.
struct SegmentMap {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::vector<std::int32_t> classes;
};
inline constexpr std::int32_t kNoClass = -1;

// Where the model's image lies in the one that was given.
struct SegmentPlace {
  ImageSize image;
  const ImagePlacement& place;
  ImageSize input;  // of the model
};

// output: scores [1, height, width, classes] or [1, classes, height, width], as the rule's layout
// says, or classes, [1, height, width], or with an axis of 1 for the channel. Of scores each pixel
// gets those between the four places around it, in proportion, and the class with the largest; of
// equal ones the lowest. Of classes it gets that of the place that it lies in. One score, after the
// activation, is that of class 1.
// Errors: kInvalidArgument: other sizes, a class above 2^31 or below 0; kUnsupported: another type;
// kResourceExhausted: more than max_bytes.
Result<SegmentMap> segment(const Tensor& output, const OutputDescription& description,
                           const SegmentPlace& where,
                           std::uint64_t max_bytes = std::uint64_t{1} << 30);

struct ClassShare {
  std::int32_t index = 0;
  double share = 0;  // of the pixels that have a class
};

// Of each class that there is, the largest first.
std::vector<ClassShare> class_shares(const SegmentMap& map);

}  // namespace mote
