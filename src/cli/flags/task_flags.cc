#include "cli/flags/task_flags.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <map>

#include "base/file_system.h"
#include "base/text.h"
#include "cli/flags/checks.h"
#include "cli/terminal/output.h"
#include "runtime/model_impl.h"
#include "tasks/bind_task.h"
#include "tasks/find_task.h"
#include "tasks/labels.h"
#include "tasks/overrides.h"

namespace mote::cli {
namespace {

constexpr const char* kOutputs = "What scores become";
constexpr std::uint64_t kMaxLabelBytes = std::uint64_t{64} << 20;

struct FieldHelp {
  std::string_view field;
  std::string_view type;
  std::string_view help;
};

constexpr FieldHelp kFields[] = {
    {"size", "HxW", "size of the model's image, as 224 or 240x320"},
    {"short-side", "N", "resize the shorter side to N, then crop the center"},
    {"letterbox", "WHERE", "resize the whole into top_left or center, and fill the rest"},
    {"fill", "X", "with pixels of this value, 0 to 255"},
    {"crop", "HOW", "none, center, or the middle share to keep, as 87.5%"},
    {"filter", "NAME", "bilinear, bicubic or nearest"},
    {"layout", "NAME", "NCHW or NHWC"},
    {"color", "NAME", "RGB, BGR or GRAY"},
    {"scale", "X", "pixels are (value / scale - mean) / std"},
    {"mean", "X,...", "one for all channels, or one each"},
    {"std", "X,...", "one for all channels, or one each"},
};

bool is_side(const TensorInfo& info, std::size_t axis) {
  const std::int64_t size = info.shape[axis].size;
  return size == 1 || size == 3;
}

// For an input that nobody has called an image: channels where there may be 1 or 3 of them.
ImageRule rule_for(const TensorInfo& info) {
  ImageRule rule;
  if (!info.ranked || info.shape.size() != 4) return rule;
  const bool last = is_side(info, 3) && !is_side(info, 1);
  if (last) rule.layout = ImageLayout::kNhwc;
  if (info.shape[last ? 3 : 1].size == 1) rule.color = ColorOrder::kGray;
  if (info.dtype != DType::kF32) rule.scale = 1.0F;
  return rule;
}

Result<std::vector<std::string>> labels_from(const std::string& path) {
  MOTE_ASSIGN(const Bytes bytes, FileSystem::real().read(path, kMaxLabelBytes));
  auto labels = parse_labels({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!labels) return std::move(labels).error().with_context(path);
  return labels;
}

// Scores that an activation makes probabilities of.
OutputDescription* find_scores(TaskDescription& task) {
  for (const OutputKind kind :
       {OutputKind::kClassScores, OutputKind::kDetections, OutputKind::kBoxScores,
        OutputKind::kSegments, OutputKind::kKeypoints, OutputKind::kHeatmaps}) {
    if (OutputDescription* output = task.output(kind)) return output;
  }
  return nullptr;
}

// The output whose classes have names.
OutputDescription* find_classes(TaskDescription& task) {
  for (const OutputKind kind :
       {OutputKind::kClassScores, OutputKind::kDetections, OutputKind::kBoxClasses,
        OutputKind::kBoxScores, OutputKind::kLabel, OutputKind::kSegments}) {
    if (OutputDescription* output = task.output(kind)) return output;
  }
  return nullptr;
}

OutputDescription* find_boxes(TaskDescription& task) {
  OutputDescription* whole = task.output(OutputKind::kDetections);
  return whole != nullptr ? whole : task.output(OutputKind::kBoxes);
}

OutputDescription* find_pose(TaskDescription& task) {
  OutputDescription* points = task.output(OutputKind::kKeypoints);
  return points != nullptr ? points : task.output(OutputKind::kHeatmaps);
}

}  // namespace

void TaskFlags::add_to(CLI::App& command, CLI::Option* image) {
  const auto add = [&](const FieldHelp& field, std::string& value, const char* group) {
    return command.add_option(cat("--", field.field), value, std::string(field.help))
        ->type_name(std::string(field.type))
        ->check(check_not_empty)
        ->group(group);
  };
  values_.resize(std::size(kFields));
  for (std::size_t i = 0; i < std::size(kFields); ++i) {
    CLI::Option* option =
        add(kFields[i], values_[i], "What an image becomes (default: as model.task.json says)");
    if (image != nullptr) option->needs(image);
  }
  add({"activation", "NAME", "none, softmax or sigmoid"}, activation_, kOutputs)
      ->check(CLI::IsMember({"none", "softmax", "sigmoid"}))
      ->type_name("NAME");
  add({"labels", "FILE", "file with the name of one class a line"}, labels_, kOutputs);
}

void TaskFlags::add_raw_to(CLI::App& command) {
  command.add_option("--raw", raw_, "what .bin files hold, as s8 or s8,SCALE,ZERO_POINT")
      ->check(check_not_empty)
      ->type_name("TYPE,...");
}

void TaskFlags::add_thresholds_to(CLI::App& command) {
  const auto add = [&](const char* flag, float& value, const char* help) {
    command.add_option(flag, value, help)
        ->check(number_between(0, 1))
        ->type_name("X")
        ->group(kOutputs);
  };
  add("--score", score_, "boxes and points count, and speech begins, from this score on, 0 to 1");
  command.add_option("--threshold", threshold_, "inputs that score above it are anomalies")
      ->check(CLI::NonNegativeNumber)
      ->type_name("X")
      ->group(kOutputs);
  add("--iou", iou_, "of two boxes that overlap by more than this, one goes, 0 to 1");
}

std::string TaskFlags::output_flag() const {
  return !activation_.empty() ? "--activation" : !labels_.empty() ? "--labels" : "";
}

std::string TaskFlags::threshold_flag() const {
  return score_ >= 0 ? "--score" : iou_ >= 0 ? "--iou" : "";
}

Status TaskFlags::change_image(TaskDescription& task, const Model& model) const {
  std::vector<ImageOverride> overrides;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (!values_[i].empty()) overrides.push_back({kFields[i].field, values_[i]});
  }
  if (overrides.empty()) return {};
  InputDescription* input = task.input(InputKind::kImage);
  if (input == nullptr) {
    if (model.inputs().size() != 1) {
      return Error{Code::kInvalidArgument,
                   cat("--", overrides[0].field, ": no input of the model is an image")};
    }
    task.inputs.resize(1);
    input = &task.inputs[0];
    input->name = model.inputs()[0].name;
    input->kind = InputKind::kImage;
    input->image = rule_for(model.inputs()[0]);
  }
  MOTE_TRY(apply_overrides(input->image, overrides));
  return bind_task(task, model.inputs(), model.outputs());
}

Status TaskFlags::change_scores(TaskDescription& task) const {
  if (!activation_.empty()) {
    OutputDescription* output = find_scores(task);
    if (output == nullptr) {
      return Error{Code::kInvalidArgument, "--activation: no output of the model is scores"};
    }
    output->activation = value_named<Activation>(activation_).value_or(output->activation);
  }
  if (labels_.empty()) return {};
  OutputDescription* output = find_classes(task);
  if (output == nullptr) {
    return Error{Code::kInvalidArgument, "--labels: no output of the model has classes"};
  }
  output->labels = labels_;
  output->class_names.clear();
  return {};
}

Status TaskFlags::change_thresholds(TaskDescription& task) const {
  OutputDescription* boxes = find_boxes(task);
  OutputDescription* speech = task.output(OutputKind::kSpeech);
  OutputDescription* pose = find_pose(task);
  if (score_ >= 0) {
    if (boxes == nullptr && speech == nullptr && pose == nullptr) {
      return Error{Code::kInvalidArgument,
                   "--score: no output of the model is boxes, points or speech"};
    }
    if (pose != nullptr) pose->pose.score_threshold = score_;
    if (boxes != nullptr) boxes->boxes.score_threshold = score_;
    if (speech != nullptr) {
      speech->speech.threshold = score_;
      speech->speech.neg_threshold = neg_threshold_for(score_);
    }
  }
  if (threshold_ >= 0) {
    OutputDescription* copy = task.output(OutputKind::kReconstruction);
    if (copy == nullptr) {
      return Error{Code::kInvalidArgument,
                   "--threshold: no output of the model is a reconstruction"};
    }
    copy->reconstruction.threshold = threshold_;
  }
  if (iou_ < 0) return {};
  if (boxes == nullptr || boxes->boxes.nms == Nms::kNone) {
    return Error{Code::kInvalidArgument, boxes == nullptr ? "--iou: no output of the model is boxes"
                                                          : "--iou: the description says nms none"};
  }
  boxes->boxes.iou_threshold = iou_;
  return {};
}

Status TaskFlags::change_raw(TaskDescription& task) const {
  if (raw_.empty()) return {};
  auto rule = parse_raw(raw_);
  if (!rule) return Error{Code::kInvalidArgument, cat("--raw ", rule.error().message)};
  if (task.inputs.empty()) {
    return Error{Code::kInvalidArgument, "--raw: the task description has no input"};
  }
  for (InputDescription& input : task.inputs) input.raw = *rule;
  return {};
}

Result<ModelTask> TaskFlags::resolve(const std::string& model_path, const Model& model) const {
  MOTE_ASSIGN(FoundTask found, find_task(model_path, ModelView::of(model), model.impl().tflite));
  ModelTask task;
  task.description = std::move(found.task);
  task.guess = std::move(found.guess);
  MOTE_TRY(change_image(task.description, model));
  MOTE_TRY(change_scores(task.description));
  MOTE_TRY(change_thresholds(task.description));
  MOTE_TRY(change_raw(task.description));
  if (!labels_.empty()) {
    MOTE_ASSIGN(task.labels, labels_from(labels_));
  } else if (const OutputDescription* output = find_classes(task.description)) {
    MOTE_ASSIGN(task.labels, read_labels(*output, found.folder,
                                         found.embedded ? *found.embedded : FileSystem::real()));
  }
  return task;
}

void note_guess(const ModelTask& task) {
  if (!task.guess.empty()) print_note(task.guess);
}

}  // namespace mote::cli
