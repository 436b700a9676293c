#include "cli/flags/task_flags.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <map>

#include "base/file_system.h"
#include "base/text.h"
#include "cli/flags/checks.h"
#include "cli/terminal/output.h"
#include "tasks/find_task.h"
#include "tasks/labels.h"
#include "tasks/overrides.h"

namespace mote::cli {
namespace {

constexpr std::uint64_t kMaxLabelBytes = std::uint64_t{64} << 20;

struct FieldHelp {
  std::string_view field;
  std::string_view type;
  std::string_view help;
};

constexpr FieldHelp kFields[] = {
    {"size", "HxW", "size of the model's image, as 224 or 240x320"},
    {"short-side", "N", "resize the shorter side to N, then crop the center"},
    {"crop", "HOW", "none, center, or the middle share to keep, as 87.5%"},
    {"filter", "NAME", "bilinear or nearest"},
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

template <class List, class Kind>
auto find_kind(List& list, Kind kind) {
  const auto it = std::ranges::find_if(list, [&](const auto& item) { return item.kind == kind; });
  return it == list.end() ? nullptr : &*it;
}

}  // namespace

const InputDescription* ModelTask::image_input() const {
  return find_kind(description.inputs, InputKind::kImage);
}

const OutputDescription* ModelTask::scores_output() const {
  return find_kind(description.outputs, OutputKind::kClassScores);
}

void TaskFlags::add_to(CLI::App& command, CLI::Option* needed) {
  const auto add = [&](const FieldHelp& field, std::string& value, const char* group) {
    CLI::Option* option =
        command.add_option(cat("--", field.field), value, std::string(field.help))
            ->type_name(std::string(field.type))
            ->check(check_not_empty)
            ->group(group);
    return needed == nullptr ? option : option->needs(needed);
  };
  values_.resize(std::size(kFields));
  for (std::size_t i = 0; i < std::size(kFields); ++i) {
    add(kFields[i], values_[i], "What an image becomes (default: as model.task.json says)");
  }
  constexpr const char* kOutputs = "What scores become";
  add({"activation", "NAME", "none, softmax or sigmoid"}, activation_, kOutputs)
      ->check(CLI::IsMember({"none", "softmax", "sigmoid"}))
      ->type_name("NAME");
  add({"labels", "FILE", "file with the name of one class a line"}, labels_, kOutputs);
}

Status TaskFlags::change_image(TaskDescription& task, const Model& model) const {
  std::vector<ImageOverride> overrides;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (!values_[i].empty()) overrides.push_back({kFields[i].field, values_[i]});
  }
  if (overrides.empty()) return {};
  InputDescription* input = find_kind(task.inputs, InputKind::kImage);
  if (input == nullptr) {
    if (model.inputs().size() != 1) {
      return Error{Code::kInvalidArgument,
                   cat("--", overrides[0].field, ": no input of the model is an image")};
    }
    task.inputs = {{model.inputs()[0].name, InputKind::kImage, rule_for(model.inputs()[0])}};
    input = &task.inputs[0];
  }
  MOTE_TRY(apply_overrides(input->image, overrides));
  return bind_task(task, model.inputs(), model.outputs());
}

Status TaskFlags::change_scores(TaskDescription& task) const {
  if (activation_.empty() && labels_.empty()) return {};
  OutputDescription* output = find_kind(task.outputs, OutputKind::kClassScores);
  if (output == nullptr) {
    return Error{Code::kInvalidArgument, cat(activation_.empty() ? "--labels" : "--activation",
                                             ": no output of the model is class scores")};
  }
  if (!labels_.empty()) output->labels = labels_;
  for (const Activation activation : kAll<Activation>) {
    if (name(activation) == activation_) output->activation = activation;
  }
  return {};
}

Result<ModelTask> TaskFlags::resolve(const std::string& model_path, const Model& model) const {
  MOTE_ASSIGN(FoundTask found, find_task(model_path, model.inputs(), model.outputs()));
  ModelTask task;
  task.description = std::move(found.task);
  task.guess = std::move(found.guess);
  MOTE_TRY(change_image(task.description, model));
  MOTE_TRY(change_scores(task.description));
  if (!labels_.empty()) {
    MOTE_ASSIGN(task.labels, labels_from(labels_));
  } else if (const OutputDescription* output = task.scores_output()) {
    MOTE_ASSIGN(task.labels, read_labels(*output, found.folder));
  }
  return task;
}

void note_guess(const ModelTask& task) {
  if (!task.guess.empty()) print_note(task.guess);
}

}  // namespace mote::cli
