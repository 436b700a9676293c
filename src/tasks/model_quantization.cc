#include "tasks/model_quantization.h"

#include <algorithm>

namespace mote {
namespace {

std::optional<QuantizationRule> rule_of(const TensorInfo& info) {
  const QuantizationRule rule{info.scale, static_cast<std::int32_t>(info.zero_point)};
  return info.scale > 0 && check(rule) ? std::optional(rule) : std::nullopt;
}

bool is_quantized_type(DType dtype) {
  return dtype == DType::kS8 || dtype == DType::kU8 || dtype == DType::kS16;
}

bool takes_numbers(InputKind kind) {
  return kind == InputKind::kFeatures || kind == InputKind::kAudioFeatures ||
         kind == InputKind::kTensor;
}

}  // namespace

void fill_quantization(TaskDescription& task, const ModelView& model) {
  for (InputDescription& input : task.inputs) {
    const auto info = std::ranges::find(model.inputs, input.name, &TensorInfo::name);
    if (input.quantization || !takes_numbers(input.kind) || info == model.inputs.end()) continue;
    if (is_quantized_type(info->dtype)) {
      input.quantization = rule_of(*info);
    }
  }
  for (OutputDescription& output : task.outputs) {
    const auto info = std::ranges::find(model.outputs, output.name, &TensorInfo::name);
    if (output.quantization || !has_quantization(output.kind) || info == model.outputs.end()) {
      continue;
    }
    if (is_quantized_type(info->dtype)) output.quantization = rule_of(*info);
  }
}

}  // namespace mote
