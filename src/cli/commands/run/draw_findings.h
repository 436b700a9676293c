// Points and classes on an image.
#pragma once
#include <optional>
#include <span>

#include "media/image.h"
#include "tasks/pose/pose.h"
#include "tasks/segmentation/segmentation.h"

namespace mote::cli {

// A copy of the image with a dot for each point that reaches the threshold, and a line for each
// limb of two such points. Both grow with the image.
Image draw_pose(const Image& image, std::span<const PosePoint> points, std::span<const Limb> limbs,
                float threshold);

// A copy of the image, each pixel half the colour of its class, but for those without one and those
// of the background. Requires: a map of the image's sizes.
Image draw_segments(const Image& image, const SegmentMap& map,
                    std::optional<std::int64_t> background);

}  // namespace mote::cli
