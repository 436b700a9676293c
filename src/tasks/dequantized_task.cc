#include "tasks/dequantized_task.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "base/text.h"
#include "ir/dtype.h"
#include "tasks/model_quantization.h"

namespace mote {
namespace {

Error unknown(std::string what) { return {Code::kUnsupported, std::move(what)}; }

// The numbers of those that are integers in `before` and floats in `after`; null: others.
Result<std::optional<QuantizationRule>> rule_for(const std::string& name,
                                                 std::span<const TensorInfo> before,
                                                 std::span<const TensorInfo> after) {
  using Rule = std::optional<QuantizationRule>;
  const auto was = std::ranges::find(before, name, &TensorInfo::name);
  const auto is = std::ranges::find(after, name, &TensorInfo::name);
  if (was == before.end() || is == after.end()) return Rule();
  if (!is_integer(was->dtype) || !is_float(is->dtype)) return Rule();
  if (!(was->scale > 0)) return unknown("its scale is stated behind other operators only");
  return Rule(QuantizationRule{was->scale, static_cast<std::int32_t>(was->zero_point)});
}

// number = (value / scale - mean) / std, of which the model's was the integer.
void rescale(PixelScale& pixels, int channels, const QuantizationRule& rule) {
  PixelScale scaled{pixels.scale, {}, {}};
  const auto count = std::max(pixels.mean.size(), pixels.std.size());
  for (int c = 0; c < (count == 1 ? 1 : channels); ++c) {
    const float std = pixels.std_of(c);
    scaled.mean.push_back(pixels.mean_of(c) + static_cast<float>(rule.zero_point) * std);
    scaled.std.push_back(std / rule.scale);
  }
  pixels = std::move(scaled);
}

Status drop(std::optional<QuantizationRule>& stated, const QuantizationRule& rule) {
  if (stated && *stated != rule) return unknown("its scale or zero point is not the model's");
  stated.reset();
  return {};
}

// Files hold what they held.
std::optional<RawRule> raw_of(const std::optional<RawRule>& stated, DType dtype,
                              const QuantizationRule& rule) {
  if (stated && (stated->numbers || dtype_of(stated->dtype) != dtype)) return stated;
  for (const RawType type : {RawType::kS8, RawType::kU8, RawType::kS16}) {
    if (dtype_of(type) == dtype) return RawRule{type, rule};
  }
  return stated;
}

Status say_of_floats(InputDescription& input, const TensorInfo& original,
                     const QuantizationRule& rule) {
  switch (input.kind) {
    case InputKind::kImage:
      rescale(input.image, input.image.channels(), rule);
      return check(input.image);
    case InputKind::kAudioFeatures:
    case InputKind::kTensor:
      input.raw = raw_of(input.raw, original.dtype, rule);
      return drop(input.quantization, rule);
    case InputKind::kFeatures:
      return drop(input.quantization, rule);
    case InputKind::kConstant:
      for (double& v : input.value) v = (std::trunc(v) - rule.zero_point) * rule.scale;
      return {};
    case InputKind::kState:
      if (original.initial || rule.zero_point == 0) return {};
      return unknown("its state begins with a number that is not 0");
    case InputKind::kAudio:
      break;
  }
  return unknown("it takes sound as integers");
}

Status say_of_floats(OutputDescription& output, const QuantizationRule& rule) {
  if (has_quantization(output.kind)) return drop(output.quantization, rule);
  switch (output.kind) {
    case OutputKind::kImage:
      rescale(output.image, output.image.channels(), rule);
      return check(output.image, output.image.channels(), name(output.image.color));
    case OutputKind::kLabel:
    case OutputKind::kBoxClasses:
    case OutputKind::kBoxCount:
    case OutputKind::kSelectedBoxes:
      if (rule == QuantizationRule()) return {};
      return unknown("its integers are numbers of classes or boxes");
    default:
      return {};
  }
}

}  // namespace

Result<TaskDescription> dequantized_task(TaskDescription task, const ModelView& original,
                                         const ModelView& floats) {
  fill_quantization(task, original);
  for (InputDescription& input : task.inputs) {
    const auto where = [&](Error e) {
      return std::move(e).with_context(cat("input '", input.name, "'"));
    };
    auto rule = rule_for(input.name, original.inputs, floats.inputs);
    if (!rule) return where(std::move(rule).error());
    if (!*rule) continue;
    const auto info = std::ranges::find(original.inputs, input.name, &TensorInfo::name);
    if (Status s = say_of_floats(input, *info, **rule); !s) return where(std::move(s).error());
  }
  for (OutputDescription& output : task.outputs) {
    const auto where = [&](Error e) {
      return std::move(e).with_context(cat("output '", output.name, "'"));
    };
    auto rule = rule_for(output.name, original.outputs, floats.outputs);
    if (!rule) return where(std::move(rule).error());
    if (!*rule) continue;
    if (Status s = say_of_floats(output, **rule); !s) return where(std::move(s).error());
  }
  return task;
}

}  // namespace mote
