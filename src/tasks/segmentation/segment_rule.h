// SegmentRule: an output with a class for each place of an image.
#pragma once
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "tasks/image/image_rule.h"

namespace mote {

// Whether its numbers are scores of each class, or the classes themselves.
enum class SegmentNumbers : std::uint8_t { kScores, kClasses };
template <>
inline constexpr std::array<std::string_view, 2> kNames<SegmentNumbers> = {"scores", "classes"};

struct SegmentRule {
  ImageLayout layout = ImageLayout::kNhwc;
  SegmentNumbers holds = SegmentNumbers::kScores;
  float threshold = 0.5F;  // of one score for each place: class 1 from it on, or else class 0
  std::optional<std::int64_t> background = {};  // a class that is no object, and is not drawn
  bool operator==(const SegmentRule&) const = default;
};

// Errors: kInvalidArgument: a threshold that is no number.
Status check(const SegmentRule& rule);

}  // namespace mote
