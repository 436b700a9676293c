#include "tasks/table/guess_table.h"

#include <algorithm>

#include "tasks/guess_task.h"

namespace mote {
namespace {

bool is_number(DType dtype) {
  return dtype == DType::kF32 || dtype == DType::kF64 || dtype == DType::kS64 ||
         dtype == DType::kS32;
}

bool is_features(const TensorInfo& info) {
  const bool column = info.dtype == DType::kString || is_number(info.dtype);
  return has_rank(info, 2) && column && size_at(info, 1) >= 1;
}

// What a model of tables gives; kTensor: anything else.
OutputKind kind_of(const TensorInfo& info) {
  if (info.type.starts_with("seq(map(")) return OutputKind::kClassScores;
  const bool one = has_rank(info, 1) || (has_rank(info, 2) && size_at(info, 1) == 1);
  if (one && (info.dtype == DType::kString || info.dtype == DType::kS64)) return OutputKind::kLabel;
  const bool real = info.dtype == DType::kF32 || info.dtype == DType::kF64;
  if (one && real) return OutputKind::kValue;
  return has_rank(info, 2) && real ? OutputKind::kClassScores : OutputKind::kTensor;
}

}  // namespace

std::optional<TaskDescription> guess_table(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  if (inputs.empty() || !std::ranges::all_of(inputs, is_features)) return std::nullopt;
  // Several inputs of many columns each may be anything.
  const auto wide = [](const TensorInfo& info) { return size_at(info, 1) != 1; };
  if (inputs.size() > 1 && std::ranges::any_of(inputs, wide)) return std::nullopt;
  TaskDescription task = undescribed(model);
  for (InputDescription& input : task.inputs) input.kind = InputKind::kFeatures;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    task.outputs[i].kind = kind_of(outputs[i]);
    if (task.outputs[i].kind == OutputKind::kTensor) return std::nullopt;
  }
  const auto count = [&](OutputKind kind) {
    return std::ranges::count(task.outputs, kind, &OutputDescription::kind);
  };
  if (count(OutputKind::kLabel) > 1 || count(OutputKind::kClassScores) > 1) return std::nullopt;
  task.task = count(OutputKind::kValue) == std::ssize(outputs) ? TaskKind::kRegression
                                                               : TaskKind::kClassification;
  return task;
}

}  // namespace mote
