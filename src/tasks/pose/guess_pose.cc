#include "tasks/pose/guess_pose.h"

#include "tasks/guess_task.h"

namespace mote {
namespace {

std::optional<ImageRule> image_of(const TensorInfo& info) {
  auto rule = guess_image(info);
  if (!rule || rule->channels() != 3) return std::nullopt;
  rule->resize.to = ResizeRule::To::kLetterbox;
  rule->resize.letterbox = LetterboxAt::kCenter;
  rule->scale = 1.0F;
  return rule;
}

}  // namespace

std::optional<TaskDescription> guess_pose(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  if (inputs.size() != 1 || outputs.size() != 1) return std::nullopt;
  const TensorInfo& out = outputs[0];
  if (out.dtype != DType::kF32 || !has_rank(out, 4) || size_at(out, 0) != 1 ||
      size_at(out, 1) != 1 || size_at(out, 2) != 17 || size_at(out, 3) != 3) {
    return std::nullopt;
  }
  const auto rule = image_of(inputs[0]);
  if (!rule) return std::nullopt;
  TaskDescription task = undescribed(model);
  task.task = TaskKind::kPoseEstimation;
  task.inputs[0].kind = InputKind::kImage;
  task.inputs[0].image = *rule;
  task.outputs[0].kind = OutputKind::kKeypoints;
  return task;
}

}  // namespace mote
