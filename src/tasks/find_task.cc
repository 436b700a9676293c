#include "tasks/find_task.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "tasks/name_list.h"
#include "tasks/task_json.h"

namespace mote {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;

std::int64_t size_at(const TensorInfo& info, std::size_t axis) { return info.shape[axis].size; }

// Positions of channels, height and width in an image tensor.
struct Axes {
  std::size_t channels, height, width;
};

constexpr Axes axes_of(ImageLayout layout) {
  return layout == ImageLayout::kNchw ? Axes{1, 2, 3} : Axes{3, 1, 2};
}

bool is_pixel_type(DType dtype) {
  return dtype == DType::kF32 || dtype == DType::kU8 || dtype == DType::kS8;
}

std::optional<ImageRule> guess_image(const TensorInfo& info) {
  if (!info.ranked || info.shape.size() != 4 || !is_pixel_type(info.dtype)) return std::nullopt;
  for (const ImageLayout layout : kAll<ImageLayout>) {
    const Axes axes = axes_of(layout);
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

// [n], [batch, n] or [batch, n, 1, 1], with n of 2 or more or unknown.
bool is_class_scores(const TensorInfo& info) {
  if (!info.ranked || info.dtype == DType::kString || info.dtype == DType::kUndefined) return false;
  const std::size_t rank = info.shape.size();
  if (rank != 1 && rank != 2 && rank != 4) return false;
  const std::int64_t n = size_at(info, rank == 1 ? 0 : 1);
  const bool flat = rank < 4 || (size_at(info, 2) == 1 && size_at(info, 3) == 1);
  return flat && n != 0 && n != 1;
}

template <class List>
std::string names_of(const List& list) {
  std::vector<std::string> names;
  for (const auto& item : list) names.push_back(cat("'", item.name, "'"));
  return list_names(names);
}

// Fills in the only name, and finds the tensor of each description.
template <class Description>
Result<std::vector<const TensorInfo*>> bind_names(std::vector<Description>& list,
                                                  std::span<const TensorInfo> infos,
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
  const std::int64_t known = size_at(info, axis);
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
  const Axes axes = axes_of(rule.layout);
  const std::int64_t c = size_at(info, axes.channels);
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

std::string describe_guess(const TaskDescription& task) {
  std::string text = cat("guessed task ", name(task.task));
  for (const InputDescription& input : task.inputs) {
    if (input.kind != InputKind::kImage) continue;
    const ImageRule& r = input.image;
    text += cat(", ", name(r.color), " images ", r.size.height, "x", r.size.width, " ",
                name(r.layout), ", pixels ");
    if (r.scale != 1.0F) text += cat("/ ", r.scale);
    if (r.scale == 1.0F) text += r.mean[0] == 0.0F ? "as they are" : cat("- ", r.mean[0]);
  }
  return text;
}

}  // namespace

std::filesystem::path task_path(const std::filesystem::path& model) {
  std::filesystem::path path = model;
  path.replace_extension(".task.json");
  return path;
}

TaskDescription guess_task(std::span<const TensorInfo> inputs,
                           std::span<const TensorInfo> outputs) {
  TaskDescription task;
  bool image = false;
  bool scores = false;
  for (const TensorInfo& info : inputs) {
    InputDescription input;
    input.name = info.name;
    if (const auto rule = guess_image(info); rule && inputs.size() == 1) {
      input.kind = InputKind::kImage;
      input.image = *rule;
      image = true;
    }
    task.inputs.push_back(std::move(input));
  }
  for (const TensorInfo& info : outputs) {
    OutputDescription output;
    output.name = info.name;
    if (outputs.size() == 1 && is_class_scores(info)) {
      output.kind = OutputKind::kClassScores;
      scores = true;
    }
    task.outputs.push_back(std::move(output));
  }
  if (scores) task.task = image ? TaskKind::kImageClassification : TaskKind::kClassification;
  return task;
}

Status bind_task(TaskDescription& task, std::span<const TensorInfo> inputs,
                 std::span<const TensorInfo> outputs) {
  MOTE_ASSIGN(const auto in, bind_names(task.inputs, inputs, "input"));
  MOTE_TRY(bind_names(task.outputs, outputs, "output"));
  for (std::size_t i = 0; i < in.size(); ++i) {
    InputDescription& input = task.inputs[i];
    if (input.kind != InputKind::kImage) continue;
    if (Status s = bind_image(input.image, *in[i]); !s) {
      return std::move(s).error().with_context(cat("input '", input.name, "'"));
    }
  }
  return {};
}

Result<FoundTask> find_task(const std::filesystem::path& model, std::span<const TensorInfo> inputs,
                            std::span<const TensorInfo> outputs, const FileSystem& files) {
  const std::filesystem::path path = task_path(model);
  FoundTask found;
  found.folder = path.parent_path();
  auto bytes = files.read(path, kMaxBytes);
  if (!bytes && bytes.error().code == Code::kNotFound) {
    found.task = guess_task(inputs, outputs);
    found.guess = cat("no ", path.filename().string(), ": ", describe_guess(found.task));
    return found;
  }
  const auto in_file = [&](Error e) { return std::move(e).with_context(path.string()); };
  if (!bytes) return std::move(bytes).error();
  auto task = parse_task({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (!task) return in_file(std::move(task).error());
  found.task = *std::move(task);
  if (Status s = bind_task(found.task, inputs, outputs); !s) return in_file(std::move(s).error());
  return found;
}

}  // namespace mote
