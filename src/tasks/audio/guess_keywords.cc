#include "tasks/audio/guess_keywords.h"

#include "tasks/guess_task.h"

namespace mote {

std::optional<TaskDescription> guess_keywords(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  if (inputs.size() != 1 || outputs.size() != 1) return std::nullopt;
  const bool map = has_rank(inputs[0], 4) && size_at(inputs[0], 1) == 49 &&
                   size_at(inputs[0], 2) == 10 && size_at(inputs[0], 3) == 1;
  const bool scores = has_rank(outputs[0], 2) && size_at(outputs[0], 1) == 12;
  const DType dtype = inputs[0].dtype;
  if (!map || !scores || (dtype != DType::kF32 && dtype != DType::kS8)) return std::nullopt;
  TaskDescription task = undescribed(model);
  task.task = TaskKind::kKeywordSpotting;
  task.inputs[0].kind = InputKind::kAudioFeatures;
  task.outputs[0].kind = OutputKind::kClassScores;
  task.outputs[0].class_names = {"Down",  "Go",   "Left", "No",  "Off",     "On",
                                 "Right", "Stop", "Up",   "Yes", "Silence", "Unknown"};
  return task;
}

}  // namespace mote
