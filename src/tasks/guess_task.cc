#include "tasks/guess_task.h"

#include "base/text.h"
#include "tasks/anomaly/guess_anomaly.h"
#include "tasks/audio/guess_keywords.h"
#include "tasks/audio/guess_speech.h"
#include "tasks/detection/guess_detection.h"
#include "tasks/image/guess_picture.h"
#include "tasks/image/image_axes.h"
#include "tasks/pose/guess_pose.h"
#include "tasks/table/guess_table.h"

namespace mote {
namespace {

// [n], [batch, n] or [batch, n, 1, 1], with n of 2 or more or unknown.
bool is_class_scores(const TensorInfo& info) {
  if (!info.ranked || info.dtype == DType::kString || info.dtype == DType::kUndefined) return false;
  const std::size_t rank = info.shape.size();
  if (rank != 1 && rank != 2 && rank != 4) return false;
  const std::int64_t n = size_at(info, rank == 1 ? 0 : 1);
  const bool flat = rank < 4 || (size_at(info, 2) == 1 && size_at(info, 3) == 1);
  return flat && n != 0 && n != 1;
}

// Anything that is no known family: an image, if that is the only input; class scores, if those are
// the only output.
TaskDescription guess_classifier(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  TaskDescription task = undescribed(model);
  const auto rule = inputs.size() == 1 ? guess_image(inputs[0]) : std::nullopt;
  if (rule) {
    task.inputs[0].kind = InputKind::kImage;
    task.inputs[0].image = *rule;
  }
  if (outputs.size() == 1 && is_class_scores(outputs[0])) {
    task.outputs[0].kind = OutputKind::kClassScores;
    task.task = rule ? TaskKind::kImageClassification : TaskKind::kClassification;
  }
  return task;
}

using Guess = std::optional<TaskDescription> (*)(const ModelView& model);
// The first that knows the interface.
constexpr Guess kFamilies[] = {guess_pose,     guess_detection, guess_picture, guess_speech,
                               guess_keywords, guess_anomaly,   guess_table};

std::string describe_image(const ImageRule& r) {
  std::string text =
      cat(", ", name(r.color), " images ", r.size.height, "x", r.size.width, " ", name(r.layout));
  if (r.resize.to == ResizeRule::To::kLetterbox) {
    text += cat(", letterbox ", name(r.resize.letterbox), " ", r.resize.fill);
  }
  if (r.mean[0] == 0.0F && r.scale == 1.0F) return text + ", pixels as they are";
  text += ", pixels";
  if (r.scale != 1.0F) text += cat(" / ", r.scale);
  if (r.mean[0] != 0.0F) text += cat(" - ", r.mean[0]);
  return r.std[0] == 1.0F ? text : text + cat(" / ", r.std[0]);
}

std::string describe_features(const AudioFeatureRule& r) {
  return cat(", ", name(r.features), " of sound of ", r.sample_rate, " Hz: ", r.width(),
             " numbers every ", r.step, " samples");
}

std::string describe_boxes(const OutputDescription& output) {
  const BoxRule& r = output.boxes;
  if (r.decode == BoxDecode::kYolox) return ", boxes of YOLOX's grids";
  if (r.decode == BoxDecode::kSsd) return ", boxes of SSD's anchors";
  return cat(", boxes ", name(r.format), " in ",
             r.unit == BoxUnit::kPixels ? "pixels" : "shares of the image");
}

}  // namespace

std::int64_t size_at(const TensorInfo& info, std::size_t axis) {
  return axis < info.shape.size() ? info.shape[axis].size : -1;
}

bool has_rank(const TensorInfo& info, std::size_t rank) {
  return info.is_tensor() && info.ranked && info.shape.size() == rank;
}

std::optional<ImageRule> guess_image(const TensorInfo& info) {
  if (!has_rank(info, 4) || !is_pixel_type(info.dtype)) return std::nullopt;
  for (const ImageLayout layout : {ImageLayout::kNchw, ImageLayout::kNhwc}) {
    const ImageAxes axes = axes_of(layout);
    const std::int64_t c = size_at(info, axes.channels);
    const std::int64_t h = size_at(info, axes.height);
    const std::int64_t w = size_at(info, axes.width);
    const auto is_side = [](std::int64_t s) { return s >= 1 && s <= kMaxImageSide; };
    if ((c != 1 && c != 3) || !is_side(h) || !is_side(w)) continue;
    ImageRule rule;
    rule.layout = layout;
    rule.color = c == 1 ? ColorOrder::kGray : ColorOrder::kRgb;
    rule.size = {static_cast<std::int32_t>(h), static_cast<std::int32_t>(w)};
    if (info.dtype != DType::kF32) rule.scale = 1.0F;
    if (info.dtype == DType::kS8) rule.mean = {128.0F};
    if (check(rule)) return rule;
  }
  return std::nullopt;
}

TaskDescription undescribed(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  TaskDescription task;
  task.inputs.resize(inputs.size());
  task.outputs.resize(outputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) task.inputs[i].name = inputs[i].name;
  for (std::size_t i = 0; i < outputs.size(); ++i) task.outputs[i].name = outputs[i].name;
  return task;
}

TaskDescription guess_task(const ModelView& model) {
  for (const Guess guess : kFamilies) {
    if (auto task = guess(model)) return *std::move(task);
  }
  return guess_classifier(model);
}

std::string describe_guess(const TaskDescription& task) {
  std::string text = cat("guessed task ", name(task.task));
  for (const InputDescription& input : task.inputs) {
    if (input.kind == InputKind::kImage) text += describe_image(input.image);
    if (input.kind == InputKind::kAudio) {
      text += cat(", sound of ", input.audio.sample_rate, " Hz in chunks of ", input.audio.chunk,
                  " samples after ", input.audio.context);
    }
    if (input.kind == InputKind::kAudioFeatures) text += describe_features(input.audio_features);
    if (input.kind == InputKind::kFeatures) text += cat(", input '", input.name, "' of features");
  }
  for (const OutputDescription& output : task.outputs) {
    if (output.kind == OutputKind::kDetections || output.kind == OutputKind::kBoxes) {
      text += describe_boxes(output);
    }
    if (output.kind == OutputKind::kImage)
      text += cat(", ", name(output.image.color), " images out");
  }
  return text;
}

}  // namespace mote
