#include "tasks/detection/guess_detection.h"

#include <algorithm>

#include "ir/graph.h"
#include "tasks/detection/grid.h"
#include "tasks/guess_task.h"

namespace mote {
namespace {

using Infos = std::span<const TensorInfo>;

// Linzaer's Ultra-Light-Fast-Generic-Face-Detector.
BoxRule ultraface_anchors() {
  const auto squares = [](std::initializer_list<float> sides) {
    std::vector<Anchor> anchors;
    for (const float side : sides) anchors.push_back({side, side});
    return anchors;
  };
  BoxRule rule;
  rule.format = BoxFormat::kCxcywh;
  rule.decode = BoxDecode::kSsd;
  rule.strides = {8, 16, 32, 64};
  rule.anchors = {squares({10, 16, 24}), squares({32, 48}), squares({64, 96}),
                  squares({128, 192, 256})};
  return rule;
}

// Sizes are decoded by e to their power: a graph without it gives them as they were learned.
bool decodes(const Graph& graph) {
  for (NodeId id = graph.first_node(); id != NodeId::kNone; id = graph.next_node(id)) {
    if (graph.node(id).op_type == "Exp") return true;
  }
  return false;
}

void letterbox(ImageRule& image, LetterboxAt at) {
  image.resize.to = ResizeRule::To::kLetterbox;
  image.resize.letterbox = at;
  image.resize.fill = 114.0F;
}

struct Guess {
  ImageRule& image;
  OutputDescription& output;  // the only one
  std::int64_t boxes;         // [1, boxes, numbers]
  std::int64_t numbers;
  std::int64_t grid;
};

bool guess_yolox(const Guess& g) {
  if (g.boxes != g.grid || g.numbers <= 5) return false;
  letterbox(g.image, LetterboxAt::kTopLeft);
  g.image.color = ColorOrder::kBgr;
  g.image.scale = 1.0F;
  g.output.boxes.row = {RowField::kBox, RowField::kObjectness, RowField::kClassScores};
  g.output.boxes.format = BoxFormat::kCxcywh;
  g.output.boxes.decode = BoxDecode::kYolox;
  return true;
}

bool guess_yolov5(const Guess& g) {
  if (g.boxes != 3 * g.grid || g.numbers <= 5) return false;
  letterbox(g.image, LetterboxAt::kCenter);
  g.output.boxes.row = {RowField::kBox, RowField::kObjectness, RowField::kClassScores};
  g.output.boxes.format = BoxFormat::kCxcywh;
  return true;
}

bool guess_yolov8(const Guess& g) {
  if (g.numbers != g.grid || g.boxes <= 4) return false;
  letterbox(g.image, LetterboxAt::kCenter);
  g.output.layout = BoxLayout::kColumns;
  g.output.boxes.row = {RowField::kBox, RowField::kClassScores};
  g.output.boxes.format = BoxFormat::kCxcywh;
  return true;
}

bool guess_chosen(const Guess& g) {
  if (g.numbers != 6 || g.boxes < 1 || g.boxes > 1000) return false;
  letterbox(g.image, LetterboxAt::kCenter);
  g.output.boxes.row = {RowField::kBox, RowField::kScore, RowField::kClass};
  g.output.boxes.nms = Nms::kNone;
  return true;
}

bool guess_one_table(Infos outputs, TaskDescription& task) {
  if (outputs.size() != 1 || !has_rank(outputs[0], 3) || outputs[0].dtype != DType::kF32) {
    return false;
  }
  OutputDescription& output = task.outputs[0];
  ImageRule& image = task.inputs[0].image;
  const Guess g{image, output, size_at(outputs[0], 1), size_at(outputs[0], 2),
                grid_boxes(BoxRule(), image.size)};
  output.kind = OutputKind::kDetections;
  return image.channels() == 3 &&
         (guess_yolox(g) || guess_yolov5(g) || guess_yolov8(g) || guess_chosen(g));
}

bool is_table(const TensorInfo& info, std::int64_t rows, std::int64_t numbers) {
  return has_rank(info, 3) && size_at(info, 1) == rows && size_at(info, 2) == numbers;
}

bool guess_ultraface(const ModelView& model, TaskDescription& task) {
  const Infos outputs = model.outputs;
  ImageRule& image = task.inputs[0].image;
  const BoxRule rule = ultraface_anchors();
  const std::int64_t anchors = grid_boxes(rule, image.size);
  OutputDescription* boxes = nullptr;
  OutputDescription* scores = nullptr;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (is_table(outputs[i], anchors, 4)) boxes = &task.outputs[i];
    if (is_table(outputs[i], anchors, 2)) scores = &task.outputs[i];
  }
  if (outputs.size() != 2 || image.channels() != 3 || boxes == nullptr || scores == nullptr) {
    return false;
  }
  image.scale = 1.0F;
  image.mean = {127.0F};
  image.std = {128.0F};
  scores->kind = OutputKind::kBoxScores;
  scores->background = 0;
  boxes->kind = OutputKind::kBoxes;
  if (model.graph != nullptr && !decodes(*model.graph)) {
    boxes->boxes = rule;
  } else {
    boxes->boxes.unit = BoxUnit::kRelative;
  }
  boxes->boxes.score_threshold = 0.7F;
  boxes->boxes.iou_threshold = 0.3F;
  return true;
}

bool guess_tensorflow(TaskDescription& task) {
  const auto take = [&](std::string_view name, OutputKind kind) -> OutputDescription* {
    const auto it = std::ranges::find_if(task.outputs, [&](const OutputDescription& o) {
      return o.name == name || o.name.starts_with(std::string(name) + ":");
    });
    if (it == task.outputs.end()) return nullptr;
    it->kind = kind;
    return &*it;
  };
  OutputDescription* boxes = take("detection_boxes", OutputKind::kBoxes);
  if (boxes == nullptr || take("detection_scores", OutputKind::kBoxScores) == nullptr ||
      take("detection_classes", OutputKind::kBoxClasses) == nullptr) {
    return false;
  }
  take("num_detections", OutputKind::kBoxCount);
  boxes->boxes.format = BoxFormat::kYxyx;
  boxes->boxes.unit = BoxUnit::kRelative;
  boxes->boxes.nms = Nms::kNone;
  return true;
}

}  // namespace

std::optional<TaskDescription> guess_detection(const ModelView& model) {
  const auto& [inputs, outputs, graph] = model;
  const auto rule = inputs.size() == 1 ? guess_image(inputs[0]) : std::nullopt;
  if (!rule) return std::nullopt;
  const auto start = [&] {
    TaskDescription task = undescribed(model);
    task.task = TaskKind::kObjectDetection;
    task.inputs[0].kind = InputKind::kImage;
    task.inputs[0].image = *rule;
    return task;
  };
  if (TaskDescription task = start(); guess_one_table(outputs, task)) return task;
  if (TaskDescription task = start(); guess_ultraface(model, task)) return task;
  if (TaskDescription task = start(); guess_tensorflow(task)) return task;
  return std::nullopt;
}

}  // namespace mote
