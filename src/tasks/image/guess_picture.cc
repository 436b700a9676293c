#include "tasks/image/guess_picture.h"

#include "tasks/guess_task.h"
#include "tasks/image/image_axes.h"

namespace mote {

std::optional<TaskDescription> guess_picture(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  if (inputs.size() != 1 || outputs.size() != 1 || !has_rank(outputs[0], 4)) return std::nullopt;
  const auto rule = guess_image(inputs[0]);
  if (!rule || inputs[0].dtype != DType::kF32 || outputs[0].dtype != DType::kF32) {
    return std::nullopt;
  }
  const ImageAxes axes = axes_of(rule->layout);
  const std::int64_t times = size_at(outputs[0], axes.height) / rule->size.height;
  if (times < 2 || size_at(outputs[0], axes.height) != times * rule->size.height ||
      size_at(outputs[0], axes.width) != times * rule->size.width ||
      size_at(outputs[0], axes.channels) != rule->channels()) {
    return std::nullopt;
  }
  TaskDescription task = undescribed(model);
  task.task = TaskKind::kImageToImage;
  task.inputs[0].kind = InputKind::kImage;
  task.inputs[0].image = *rule;
  task.inputs[0].image.resize.to = ResizeRule::To::kLetterbox;
  task.outputs[0].kind = OutputKind::kImage;
  task.outputs[0].image.layout = rule->layout;
  if (rule->channels() == 1) task.outputs[0].image.color = PictureColor::kLuma;
  return task;
}

}  // namespace mote
