#include "tasks/pose/pose_rule.h"

#include "base/text.h"

namespace mote {
namespace {

constexpr std::int32_t kMaxStride = 1024;

constexpr std::string_view kPoints[] = {
    "nose",           "left eye",   "right eye",   "left ear",   "right ear",   "left shoulder",
    "right shoulder", "left elbow", "right elbow", "left wrist", "right wrist", "left hip",
    "right hip",      "left knee",  "right knee",  "left ankle", "right ankle"};

constexpr Limb kLimbs[] = {{0, 1},   {0, 2},   {1, 3},   {2, 4},  {5, 6},  {5, 7},
                           {7, 9},   {6, 8},   {8, 10},  {5, 11}, {6, 12}, {11, 12},
                           {11, 13}, {13, 15}, {12, 14}, {14, 16}};

Error invalid(std::string message) { return Error{Code::kInvalidArgument, std::move(message)}; }

}  // namespace

std::span<const std::string_view> coco_points() { return kPoints; }
std::span<const Limb> coco_limbs() { return kLimbs; }

Status check(const PoseRule& rule) {
  if (!(rule.score_threshold >= 0.0F && rule.score_threshold <= 1.0F)) {
    return invalid(cat("score_threshold is ", rule.score_threshold, "; it must be 0 to 1"));
  }
  if (rule.stride < 0 || rule.stride > kMaxStride) {
    return invalid(cat("stride is ", rule.stride, "; it must be 0 to ", kMaxStride));
  }
  const std::int64_t points = rule.points.empty() ? std::ssize(kPoints) : std::ssize(rule.points);
  for (const Limb& limb : rule.limbs) {
    if (limb.from >= 0 && limb.from < points && limb.to >= 0 && limb.to < points) continue;
    return invalid(
        cat("limbs has [", limb.from, ", ", limb.to, "]; there are points 0 to ", points - 1));
  }
  return {};
}

}  // namespace mote
