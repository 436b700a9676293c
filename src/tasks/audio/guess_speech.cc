#include "tasks/audio/guess_speech.h"

#include <algorithm>

#include "tasks/guess_task.h"

namespace mote {
namespace {

bool is_samples(const TensorInfo& info) {
  return info.dtype == DType::kF32 && has_rank(info, 2) && size_at(info, 1) < 0;
}

bool is_state(const TensorInfo& info) {
  return info.dtype == DType::kF32 && has_rank(info, 3) && size_at(info, 0) == 2 &&
         size_at(info, 2) == 128;
}

bool is_rate(const TensorInfo& info) { return info.dtype == DType::kS64 && has_rank(info, 0); }

bool is_probability(const TensorInfo& info) {
  return info.dtype == DType::kF32 && has_rank(info, 2) && size_at(info, 1) == 1;
}

// -1 unless exactly one is such.
std::ptrdiff_t only(std::span<const TensorInfo> infos, bool (*is_such)(const TensorInfo&)) {
  if (std::ranges::count_if(infos, is_such) != 1) return -1;
  return std::ranges::find_if(infos, is_such) - infos.begin();
}

}  // namespace

std::optional<TaskDescription> guess_speech(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  if (inputs.size() != 3 || outputs.size() != 2) return std::nullopt;
  const auto samples = only(inputs, is_samples);
  const auto state = only(inputs, is_state);
  const auto rate = only(inputs, is_rate);
  const auto probability = only(outputs, is_probability);
  const auto next = only(outputs, is_state);
  if (samples < 0 || state < 0 || rate < 0 || probability < 0 || next < 0) return std::nullopt;
  TaskDescription task = undescribed(model);
  task.task = TaskKind::kVoiceActivity;
  const auto input = [&](std::ptrdiff_t i) -> InputDescription& {
    return task.inputs[static_cast<std::size_t>(i)];
  };
  input(samples).kind = InputKind::kAudio;
  input(samples).audio = {.sample_rate = 16'000, .chunk = 512, .context = 64};
  input(state).kind = InputKind::kState;
  input(state).from = outputs[static_cast<std::size_t>(next)].name;
  input(rate).kind = InputKind::kConstant;
  input(rate).value = {16'000};
  task.outputs[static_cast<std::size_t>(probability)].kind = OutputKind::kSpeech;
  return task;
}

}  // namespace mote
