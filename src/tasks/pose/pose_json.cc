#include "tasks/pose/pose_json.h"

#include <algorithm>

namespace mote {
namespace {

constexpr std::size_t kMaxPoints = 1024;

bool is_limb(const Json& value) {
  return value.is_array() && value.size() == 2 && std::ranges::all_of(value, [](const Json& v) {
           return v.is_number_unsigned() && v.get<std::uint64_t>() < kMaxPoints;
         });
}

std::vector<Limb> read_limbs(FieldReader& r) {
  const Json* value = r.find("limbs");
  std::vector<Limb> limbs;
  if (value == nullptr) return limbs;
  if (!value->is_array() || value->size() > kMaxPoints || !std::ranges::all_of(*value, is_limb)) {
    r.fail("limbs", *value,
           cat("it must be a list of at most ", kMaxPoints, " pairs of points, as [5, 7]"));
    return limbs;
  }
  for (const Json& limb : *value) {
    limbs.push_back({limb[0].get<std::int32_t>(), limb[1].get<std::int32_t>()});
  }
  return limbs;
}

}  // namespace

PoseRule read_pose(FieldReader& r, bool heatmaps) {
  PoseRule rule;
  if (heatmaps) {
    rule.stride = r.int32("stride", rule.stride);
  } else {
    rule.order = r.choice("order", rule.order);
    rule.unit = r.choice("unit", rule.unit);
  }
  rule.points = r.texts("points", kMaxPoints);
  rule.limbs = read_limbs(r);
  rule.score_threshold = r.float32("score_threshold", rule.score_threshold);
  r.add_check(check(rule));
  return rule;
}

void write_pose(const PoseRule& rule, bool heatmaps, Json& j) {
  if (heatmaps) {
    j["stride"] = rule.stride;
  } else {
    j["order"] = name(rule.order);
    j["unit"] = name(rule.unit);
  }
  if (!rule.points.empty()) j["points"] = rule.points;
  for (const Limb& limb : rule.limbs) j["limbs"].push_back({limb.from, limb.to});
  j["score_threshold"] = as_written(rule.score_threshold);
}

}  // namespace mote
