#include "tasks/bind_task.h"

#include <algorithm>

#include "base/text.h"
#include "tasks/audio/feature_windows.h"
#include "tasks/constant_input.h"
#include "tasks/image/image_axes.h"
#include "tasks/name_list.h"

namespace mote {
namespace {

using Infos = std::span<const TensorInfo>;

template <class List>
std::string names_of(const List& list) {
  std::vector<std::string> names;
  for (const auto& item : list) names.push_back(cat("'", item.name, "'"));
  return list_names(names);
}

// Fills in the only name, and finds the tensor of each description.
template <class Description>
Result<std::vector<const TensorInfo*>> bind_names(std::vector<Description>& list, Infos infos,
                                                  std::string_view what) {
  std::vector<const TensorInfo*> found;
  for (Description& item : list) {
    if (item.name.empty() && infos.size() == 1) item.name = infos[0].name;
    const auto it = std::ranges::find(infos, item.name, &TensorInfo::name);
    if (it == infos.end()) {
      return Error{Code::kInvalidArgument,
                   cat("the model has no ", what, " '", item.name, "'; it has ", names_of(infos))};
    }
    if (std::ranges::find(found, &*it) != found.end()) {
      return Error{Code::kInvalidArgument, cat(what, " '", item.name, "' is described twice")};
    }
    found.push_back(&*it);
  }
  return found;
}

Status bind_side(std::int32_t& side, const TensorInfo& info, std::size_t axis,
                 std::string_view what) {
  const std::int64_t known = info.shape[axis].size;
  if (side == 0 && known >= 1 && known <= kMaxImageSide) side = static_cast<std::int32_t>(known);
  if (side == 0) {
    return Error{Code::kInvalidArgument,
                 cat("size is missing: the model leaves the ", what, " open")};
  }
  if (known < 0 || known == side) return {};
  return Error{Code::kInvalidArgument,
               cat("size has ", what, " ", side, ", the model takes ", known)};
}

Status bind_image(ImageRule& rule, const TensorInfo& info) {
  if (!is_pixel_type(info.dtype)) {
    return Error{Code::kUnsupported,
                 cat("an image cannot become ", name(info.dtype), "; f32, u8 and s8 are possible")};
  }
  if (info.ranked && info.shape.size() != 4) {
    return Error{Code::kInvalidArgument,
                 cat("it has rank ", info.shape.size(), "; images have rank 4")};
  }
  if (!info.ranked) return check(rule);
  const ImageAxes axes = axes_of(rule.layout);
  const std::int64_t c = info.shape[axes.channels].size;
  if (c >= 0 && c != rule.channels()) {
    return Error{
        Code::kInvalidArgument,
        cat("layout ", name(rule.layout), " and color ", name(rule.color), " give ",
            rule.channels(), " channels at axis ", axes.channels, ", the model takes ", c)};
  }
  MOTE_TRY(bind_side(rule.size.height, info, axes.height, "height"));
  MOTE_TRY(bind_side(rule.size.width, info, axes.width, "width"));
  return check(rule);
}

Status bind_audio(const AudioRule& rule, const TensorInfo& info) {
  if (info.dtype != DType::kF32) {
    return Error{Code::kUnsupported, cat("sound becomes f32, not ", name(info.dtype))};
  }
  const std::int64_t samples = std::int64_t{rule.context} + rule.chunk;
  const std::int64_t known = info.ranked && !info.shape.empty() ? info.shape.back().size : -1;
  if (known < 0 || known == samples) return {};
  return Error{Code::kInvalidArgument, cat("context and chunk have ", samples,
                                           " samples together, the model takes ", known)};
}

Status bind_audio_features(const AudioFeatureRule& rule, const TensorInfo& info,
                           const TaskDescription& task) {
  MOTE_ASSIGN(const auto wanted, frames_of_input(info, rule.width()));
  if (!wanted || rule.clip == 0) return {};
  const std::int64_t frames = frame_count(rule, rule.clip);
  const bool one_answer = task.output(OutputKind::kClassScores) != nullptr;
  if (frames == *wanted || (!one_answer && frames > *wanted)) return {};
  return Error{Code::kInvalidArgument,
               cat("a clip of ", rule.clip, " samples has ", frames, " frames, the model takes ",
                   *wanted, "; clip, window, step and edges say so")};
}

Status bind_state(const InputDescription& input, const TensorInfo& info, Infos outputs) {
  const auto from = std::ranges::find(outputs, input.from, &TensorInfo::name);
  if (from == outputs.end()) {
    return Error{Code::kInvalidArgument, cat("from: the model has no output '", input.from,
                                             "'; it has ", names_of(outputs))};
  }
  if (from->dtype == info.dtype) return {};
  return Error{Code::kInvalidArgument, cat("it takes ", to_string(info), ", output '", input.from,
                                           "' gives ", to_string(*from))};
}

Status bind_features(const InputDescription& input, const TensorInfo& info) {
  const bool table = info.ranked && info.shape.size() == 2;
  if (!table && !(info.ranked && info.shape.size() == 1)) {
    return Error{Code::kInvalidArgument,
                 cat("it is ", to_string(info), "; rows of features are [rows, features]")};
  }
  const std::int64_t features = table ? info.shape[1].size : 1;
  if (input.columns.empty() || features < 0 || features == std::ssize(input.columns)) return {};
  return Error{Code::kInvalidArgument,
               cat("columns has ", input.columns.size(), ", the model takes ", features)};
}

Status bind_input(InputDescription& input, const TensorInfo& info, Infos outputs,
                  const TaskDescription& task) {
  if (input.kind != InputKind::kTensor && !info.is_tensor()) {
    return Error{Code::kInvalidArgument,
                 cat("it takes ", info.type, ", and ", name(input.kind), " gives a tensor")};
  }
  switch (input.kind) {
    case InputKind::kImage:
      return bind_image(input.image, info);
    case InputKind::kAudio:
      return bind_audio(input.audio, info);
    case InputKind::kAudioFeatures:
      return bind_audio_features(input.audio_features, info, task);
    case InputKind::kState:
      return bind_state(input, info, outputs);
    case InputKind::kFeatures:
      return bind_features(input, info);
    case InputKind::kConstant: {
      const auto tensor = constant_input(input.value, info);
      return tensor ? Status() : Status(tensor.error());
    }
    case InputKind::kTensor:
      break;
  }
  return {};
}

}  // namespace

Status bind_task(TaskDescription& task, Infos inputs, Infos outputs) {
  MOTE_ASSIGN(const auto in, bind_names(task.inputs, inputs, "input"));
  MOTE_TRY(bind_names(task.outputs, outputs, "output"));
  for (std::size_t i = 0; i < in.size(); ++i) {
    InputDescription& input = task.inputs[i];
    if (Status s = bind_input(input, *in[i], outputs, task); !s) {
      return std::move(s).error().with_context(cat("input '", input.name, "'"));
    }
  }
  return {};
}

}  // namespace mote
