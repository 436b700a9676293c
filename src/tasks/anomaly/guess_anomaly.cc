#include "tasks/anomaly/guess_anomaly.h"

#include "tasks/guess_task.h"

namespace mote {
namespace {

// Fewer may be classes, or a table that is scaled.
constexpr std::int64_t kFewest = 16;

}  // namespace

std::optional<TaskDescription> guess_anomaly(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  if (inputs.size() != 1 || outputs.size() != 1) return std::nullopt;
  const TensorInfo& in = inputs[0];
  const TensorInfo& out = outputs[0];
  const bool numbers = in.dtype == DType::kF32 || in.dtype == DType::kS8;
  if (!numbers || in.dtype != out.dtype || !has_rank(in, 2) || !has_rank(out, 2) ||
      size_at(in, 1) < kFewest || size_at(in, 1) != size_at(out, 1)) {
    return std::nullopt;
  }
  TaskDescription task = undescribed(model);
  task.task = TaskKind::kAnomalyDetection;
  task.inputs[0].kind = InputKind::kFeatures;
  task.outputs[0].kind = OutputKind::kReconstruction;
  return task;
}

}  // namespace mote
