// PoseRule: what the points of a body are called, and what joins them.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "tasks/choices.h"
#include "tasks/detection/box_rule.h"

namespace mote {

// Which coordinate stands first.
enum class PointOrder : std::uint8_t { kYx, kXy };
template <>
inline constexpr std::array<std::string_view, 2> kNames<PointOrder> = {"yx", "xy"};

// Two points that a line joins.
struct Limb {
  std::int32_t from = 0;
  std::int32_t to = 0;
  bool operator==(const Limb&) const = default;
};

struct PoseRule {
  PointOrder order = PointOrder::kYx;
  BoxUnit unit = BoxUnit::kRelative;  // of coordinates; those of heat maps are pixels
  std::int32_t stride =
      0;  // of heat maps: pixels from cell to cell; 0: cells reach from edge to edge
  std::vector<std::string> points;  // names; empty: COCO's, of 17 points, or else numbers
  std::vector<Limb> limbs;          // empty: COCO's, of 17 points without names
  float score_threshold = 0.3F;     // points below it do not count
  bool operator==(const PoseRule&) const = default;
};

// Errors: kInvalidArgument, naming the field: a threshold outside [0, 1], a stride, limbs of points
// that there are not.
Status check(const PoseRule& rule);

// What COCO's annotations of people have, in their order (Lin et al., Microsoft COCO, 2014).
std::span<const std::string_view> coco_points();
std::span<const Limb> coco_limbs();

}  // namespace mote
